{# md5 over columns with a separator and a null marker that text does not hold: ('a|b', null) and ('a', 'b') differ. #}
{% macro surrogate_key(expressions) -%}
    md5(
        {%- for expression in expressions %}
        coalesce(cast({{ expression }} as varchar), chr(30)) {{- " || chr(31) ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The key of a comment that has an id of the page's own. The first of an id is the one that replies point to. #}
{% macro comment_id(article_id, source_id, how_manieth) -%}
    {{ surrogate_key([article_id, "'id'", source_id, how_manieth]) }}
{%- endmacro %}

{# An address without what tells no two articles of a site apart: scheme, www, final slash. #}
{% macro loose_address(url) -%}
    regexp_replace(rtrim({{ url }}, '/'), '^https?://(www[.])?', '')
{%- endmacro %}
