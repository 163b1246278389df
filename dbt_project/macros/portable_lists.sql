{# A row for each item of a list; in the list of columns of a select. #}
{% macro each(list) -%}
    {{ return(adapter.dispatch('each', 'parley')(list)) }}
{%- endmacro %}

{% macro default__each(list) -%}
    explode({{ list }})
{%- endmacro %}

{% macro duckdb__each(list) -%}
    unnest({{ list }})
{%- endmacro %}
