{# Closed sets of words used in more than one model. #}

{# Statuses of reads that showed an article. The others are failures or pages that are no article. #}
{% macro good_statuses() -%}
    ('parsed', 'no_comments', 'closed', 'comments_elsewhere')
{%- endmacro %}

{# Sides that are no party. `empty` is outside every denominator. #}
{% macro other_sides() %}
    {{ return(['anti_war', 'unclear', 'off_topic', 'empty']) }}
{% endmacro %}

{# Roles by which a link counts towards an event. #}
{% macro counted_roles() -%}
    ('primary', 'secondary')
{%- endmacro %}
