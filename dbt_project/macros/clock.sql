{# Wall clocks and instants. A local time is a timestamp without zone; an instant one with zone. #}

{# Seconds since 1970 of an instant, or of a local time read as if it were UTC. #}
{% macro seconds_of(moment) -%}
    {{ return(adapter.dispatch('seconds_of', 'parley')(moment)) }}
{%- endmacro %}

{% macro default__seconds_of(moment) -%}
    unix_timestamp(cast({{ moment }} as timestamp))
{%- endmacro %}

{% macro duckdb__seconds_of(moment) -%}
    epoch({{ moment }})
{%- endmacro %}

{# The instant at which a clock that is `minutes` ahead of UTC shows a local time. #}
{% macro instant_of(local, minutes) -%}
    {{ return(adapter.dispatch('instant_of', 'parley')(local, minutes)) }}
{%- endmacro %}

{% macro default__instant_of(local, minutes) -%}
    timestampadd(minute, -{{ minutes }}, cast({{ local }} as timestamp))
{%- endmacro %}

{% macro duckdb__instant_of(local, minutes) -%}
    timezone('UTC', {{ local }} - to_minutes({{ minutes }}))
{%- endmacro %}

{# How many minutes a zone's clock is ahead of UTC at an instant. #}
{% macro minutes_ahead(instant, time_zone) -%}
    {{ return(adapter.dispatch('minutes_ahead', 'parley')(instant, time_zone)) }}
{%- endmacro %}

{% macro default__minutes_ahead(instant, time_zone) -%}
    cast((unix_timestamp(from_utc_timestamp({{ instant }}, {{ time_zone }})) - unix_timestamp({{ instant }})) / 60 as int)
{%- endmacro %}

{% macro duckdb__minutes_ahead(instant, time_zone) -%}
    cast((epoch(timezone({{ time_zone }}, {{ instant }})) - epoch({{ instant }})) / 60 as integer)
{%- endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'parley')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    date_diff('day', {{ earlier }}, {{ later }})
{%- endmacro %}
