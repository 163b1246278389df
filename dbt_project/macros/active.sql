{#
    The rows of an annotation that marts serve: the active version only and, where a run was cut short and repeated,
    the newest of each key. Annotations are append-only, so older versions stay beside them.
#}
{% macro active_rows(relation, kind, keys, version='model_version') %}
    select annotation.*
    from (
        select
            *,
            row_number() over (
                partition by {{ keys | join(', ') }}, {{ version }}
                order by annotated_at desc
            ) as recency
        from {{ relation }}
    ) as annotation
    inner join {{ ref('stg_active_version') }} as active
        on
            active.kind = '{{ kind }}'
            and annotation.{{ version }} = active.version
            {%- if 'conflict_id' in keys %}
            and annotation.conflict_id = active.conflict_id
            {%- endif %}
    where annotation.recency = 1
{% endmacro %}
