with roots as (
    select event_id, ancestor_event_id as root_event_id, steps as depth
    from {{ ref('int_event_tree') }}
    where is_root
),

present as (
    select event_id, valid_from
    from {{ ref('int_event_history') }}
    where is_current
)

select
    event.event_id,
    event.conflict_id,
    event.name,
    event.aka,
    event.start_date,
    event.end_date,
    event.date_precision,
    event.event_type,
    event.sub_event_type,
    event.plover_type,
    event.place,
    event.place_key,
    event.country_iso2,
    event.lat,
    event.lon,
    event.geo_precision,
    event.geonameid,
    event.actor_initiator,
    event.actor_target,
    event.attribution_status,
    event.fatalities_low,
    event.fatalities_high,
    event.injured,
    event.toll_source,
    event.toll_as_of,
    event.parent_event_id,
    roots.root_event_id,
    roots.depth,
    event.ucdp_conflict_id,
    event.ucdp_ged_ids,
    event.source_refs,
    event.note,
    event.source,
    coalesce(present.valid_from, cast(event.as_of as timestamptz)) as valid_from,
    event.as_of,
    event.licence
from {{ ref('int_event') }} as event
left join roots on event.event_id = roots.event_id
left join present on event.event_id = present.event_id
