{# Whether pages of the embedded, invented demo are shaped and served; the pipeline says so from the list of sources. #}
{% macro demo_is_included() -%}
    {{ env_var('PARLEY_INCLUDE_DEMO', 'true') }}
{%- endmacro %}
