{{ config(tags=['serve']) }}

with imported as (
    select source, source_event_id, licence, is_deleted
    from {{ ref('stg_imported_event') }}
    where superseded_at is null
),

stated as (
    select event_id, conflict_id, source, external_id, confidence, method, licence, 0 as rank
    from {{ ref('stg_event_xref') }}

    union all

    select
        match.event_id,
        match.conflict_id,
        match.source,
        match.source_event_id as external_id,
        match.confidence,
        case match.basis when 'curated' then 'curated' else match.method_version end as method,
        imported.licence,
        1 as rank
    from {{ ref('stg_event_match') }} as match
    left join imported on match.source = imported.source and match.source_event_id = imported.source_event_id
    where match.relation = 'same'

    union all

    select event_id, conflict_id, source, source_event_id as external_id, 1.0 as confidence, 'own' as method, licence, 1
    from {{ ref('int_event_promoted') }}
),

-- What the conflict's folder says goes before what was matched.
ranked as (
    select
        stated.*,
        row_number() over (
            partition by stated.event_id, stated.source, stated.external_id
            order by stated.rank, stated.confidence desc
        ) as choice
    from stated
    inner join {{ ref('int_event') }} as event on stated.event_id = event.event_id
)

select
    ranked.event_id,
    ranked.conflict_id,
    ranked.source,
    ranked.external_id,
    cast(ranked.confidence as double) as confidence,
    ranked.method,
    ranked.licence,
    coalesce(imported.is_deleted, false) as is_withdrawn
from ranked
left join imported on ranked.source = imported.source and ranked.external_id = imported.source_event_id
where ranked.choice = 1
