{{ config(tags=['serve']) }}

-- What another collection knows and the conflict's folder does not: its present wording, unless it is the same as a
-- curated event, was withdrawn, or may not be passed on.
with same as (
    select distinct source, source_event_id
    from {{ ref('stg_event_match') }}
    where relation = 'same'
),

parents as (
    select
        conflict_id,
        source,
        source_event_id,
        event_id,
        row_number() over (
            partition by conflict_id, source, source_event_id
            order by confidence desc, event_id
        ) as choice
    from {{ ref('stg_event_match') }}
    where relation = 'part_of'
),

-- An event that two conflicts claim is told once.
claims as (
    select source, source_event_id, min(conflict_id) as conflict_id
    from {{ ref('stg_imported_event_conflict') }}
    where promote
    group by source, source_event_id
)

select
    imported.source || '-' || imported.source_event_id as event_id,
    claims.conflict_id,
    imported.source,
    imported.source_event_id,
    coalesce(
        imported.name,
        concat_ws(', ', coalesce(imported.sub_event_type, imported.event_type, 'Event'), imported.place)
    ) as name,
    imported.start_date,
    imported.end_date,
    coalesce(imported.date_precision, 1) as date_precision,
    imported.event_type,
    imported.sub_event_type,
    imported.plover_type,
    imported.place,
    imported.country_iso2,
    imported.lat,
    imported.lon,
    imported.geo_precision,
    imported.geonameid,
    imported.actor_initiator,
    imported.actor_target,
    imported.fatalities_low,
    imported.fatalities_high,
    parents.event_id as parent_event_id,
    imported.source_refs,
    imported.as_of,
    imported.licence
from {{ ref('stg_imported_event') }} as imported
inner join claims
    on imported.source = claims.source and imported.source_event_id = claims.source_event_id
left join same
    on imported.source = same.source and imported.source_event_id = same.source_event_id
left join parents
    on
        claims.conflict_id = parents.conflict_id
        and claims.source = parents.source
        and claims.source_event_id = parents.source_event_id
        and parents.choice = 1
where
    imported.superseded_at is null
    and not imported.is_deleted
    and imported.may_publish_text
    and same.source is null
