{#
    Share of a side with a 95 % interval, clustered by thread (the shift between two periods: by article).

    design_effect: variance of the ratio estimator over threads against that of a simple random sample of comments
    (Cochran, Sampling Techniques, ch. 6; Kish 1965), never below 1 and exactly 1 where every thread is one comment.
    y and n are a thread's comments of the side and of all sides. Where it cannot be estimated (one thread; a share of
    0 or 1) threads are taken as wholly alike, which gives sum_nn / n.
    few_clusters_effect: the same where clusters are few, as articles on one event are: times (t / z) squared, with t of
    clusters - 1 degrees of freedom (Korn and Graubard 1998; t after Fisher and Cornish 1960, exact for 1 and 2), and no
    larger than clusters wholly alike would give. A single cluster is taken as one observation.
    wilson_low, wilson_high: Wilson's score interval (1927) on n / design effect comments; null where n = 0.
#}
{% macro create_interval_functions() %}
    {% set z = 1.959963984540054 %}
    {% set p = "(cast(successes as double) / nullif(n, 0))" %}
    {% set size = "(n / deff)" %}
    {% set centre = "(" ~ p ~ " + " ~ z * z / 2 ~ " / " ~ size ~ ")" %}
    {% set reach = "(" ~ z ~ " * sqrt(" ~ p ~ " * (1 - " ~ p ~ ") / " ~ size
        ~ " + " ~ z * z / 4 ~ " / (" ~ size ~ " * " ~ size ~ ")))" %}
    {% set scale = "(1 + " ~ z * z ~ " / " ~ size ~ ")" %}
    {% set design_effect %}
        case
            when n is null or n <= 0 then null
            when clusters < 2 or successes <= 0 or successes >= n then greatest(1.0, sum_nn / cast(n as double))
            else greatest(
                1.0,
                cast(clusters as double) / (clusters - 1)
                * (sum_yy - 2 * {{ p }} * sum_yn + {{ p }} * {{ p }} * sum_nn) / (n * {{ p }} * (1 - {{ p }}))
                * (n - 1) / n
            )
        end
    {% endset %}
    {% set few_clusters_effect %}
        case
            when n is null or n <= 0 then null
            else greatest(
                1.0,
                least(
                    greatest(marts.design_effect(successes, n, sum_yy, sum_yn, sum_nn, clusters), sum_nn / cast(n as double)),
                    marts.design_effect(successes, n, sum_yy, sum_yn, sum_nn, clusters) * case
                        when clusters < 2 then 1.0
                        when clusters = 2 then 42.027
                        when clusters = 3 then 4.8192
                        else power(
                            1 + 1.210365 / (clusters - 1) + 1.440077 / power(clusters - 1, 2)
                            + 1.304029 / power(clusters - 1, 3),
                            2
                        )
                    end
                )
            )
        end
    {% endset %}
    {% set low = "case when n <= 0 then null when successes <= 0 then 0.0 else ("
        ~ centre ~ " - " ~ reach ~ ") / " ~ scale ~ " end" %}
    {% set high = "case when n <= 0 then null when successes >= n then 1.0 else ("
        ~ centre ~ " + " ~ reach ~ ") / " ~ scale ~ " end" %}
    {% set counts = ["successes", "n", "sum_yy", "sum_yn", "sum_nn", "clusters"] %}
    {{ scalar_function("design_effect", counts, design_effect) }};
    {{ scalar_function("few_clusters_effect", counts, few_clusters_effect) }};
    {{ scalar_function("wilson_low", ["successes", "n", "deff"], low) }};
    {{ scalar_function("wilson_high", ["successes", "n", "deff"], high) }};
{% endmacro %}

{% macro scalar_function(name, arguments, body) -%}
    {{ return(adapter.dispatch('scalar_function', 'parley')(name, arguments, body)) }}
{%- endmacro %}

{% macro default__scalar_function(name, arguments, body) -%}
    create or replace function marts.{{ name }}({{ arguments | join(' double, ') }} double) returns double
    return {{ body }}
{%- endmacro %}

{% macro duckdb__scalar_function(name, arguments, body) -%}
    create or replace macro marts.{{ name }}({{ arguments | join(', ') }}) as ({{ body }})
{%- endmacro %}
