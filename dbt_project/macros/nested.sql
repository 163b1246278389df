{# A list with one struct of `columns` per row of the group, in the order of one of them. #}
{% macro list_of_structs(columns, order_by) %}
    {{ return(adapter.dispatch('list_of_structs', 'parley')(columns, order_by)) }}
{% endmacro %}

{% macro default__list_of_structs(columns, order_by) %}
    array_sort(collect_list(named_struct({% for column in columns %}'{{ column }}', {{ column }}{{ ', ' if not loop.last }}{% endfor %})))
{%- endmacro %}

{% macro duckdb__list_of_structs(columns, order_by) %}
    list({ {%- for column in columns %}'{{ column }}': {{ column }}{{ ', ' if not loop.last }}{% endfor -%} } order by {{ order_by }})
{%- endmacro %}

{# A list of words with nothing in it. #}
{% macro no_words() %}
    {{ return(adapter.dispatch('no_words', 'parley')()) }}
{% endmacro %}

{% macro default__no_words() -%}
    cast(array() as array<string>)
{%- endmacro %}

{% macro duckdb__no_words() -%}
    cast([] as varchar[])
{%- endmacro %}
