{# What differs between SQL engines stands here behind dispatch; the models themselves are plain SQL. #}

{# The calendar day of an instant in a named time zone. #}
{% macro local_date(instant, time_zone) -%}
    {{ return(adapter.dispatch('local_date', 'parley')(instant, time_zone)) }}
{%- endmacro %}

{% macro default__local_date(instant, time_zone) -%}
    cast(from_utc_timestamp({{ instant }}, {{ time_zone }}) as date)
{%- endmacro %}

{% macro duckdb__local_date(instant, time_zone) -%}
    cast({{ instant }} at time zone {{ time_zone }} as date)
{%- endmacro %}

{# Text without case, punctuation, symbols and repeated white space: what two copies of one comment share. #}
{% macro normalised_text(text) -%}
    {{ return(adapter.dispatch('normalised_text', 'parley')(text)) }}
{%- endmacro %}

{% macro default__normalised_text(text) -%}
    trim(regexp_replace(regexp_replace(lower({{ text }}), '[\\p{P}\\p{S}]+', ''), '\\s+', ' '))
{%- endmacro %}

{% macro duckdb__normalised_text(text) -%}
    {#- The second pattern spares the single spaces between words: replacing each by itself takes four times as long. #}
    trim(regexp_replace(
        regexp_replace(lower(nfc_normalize({{ text }})), '[\p{P}\p{S}]+', '', 'g'),
        '[\s\p{Z}]{2,}|[\t\n\r\x{a0}]', ' ', 'g'
    ))
{%- endmacro %}

{# A select of (key, name): one row per name in every list and map a place carries. #}
{% macro place_names(relation) -%}
    {{ return(adapter.dispatch('place_names', 'parley')(relation)) }}
{%- endmacro %}

{% macro default__place_names(relation) -%}
    select place_key, conflict_id, geonameid, explode(array_append(concat(aliases, map_values(names)), name)) as name
    from {{ relation }}
{%- endmacro %}

{% macro duckdb__place_names(relation) -%}
    select place_key, conflict_id, geonameid, unnest(list_concat([name], aliases, map_values(names))) as name
    from {{ relation }}
{%- endmacro %}

{# No characters of the text are evidence. #}
{% macro no_evidence() -%}
    {{ return(adapter.dispatch('no_evidence', 'parley')()) }}
{%- endmacro %}

{% macro default__no_evidence() -%}
    cast(array() as array<struct<start: int, end: int>>)
{%- endmacro %}

{% macro duckdb__no_evidence() -%}
    cast([] as struct("start" integer, "end" integer)[])
{%- endmacro %}

{#
    The sum of figures with a fraction, the same in whatever order rows come: floating-point additions are not, and two
    builds of the same data would differ in the last digit. Nine decimals are kept, twenty digits stand before them.
#}
{% macro exact_sum(figure) -%}
    sum(cast({{ figure }} as decimal(29, 9)))
{%- endmacro %}
