{{ config(tags=['serve']) }}

with events as (
    select
        event_id,
        conflict_id,
        'curated' as source,
        name,
        aka,
        start_date,
        end_date,
        date_precision,
        event_type,
        sub_event_type,
        plover_type,
        place,
        country_iso2,
        lat,
        lon,
        geo_precision,
        geonameid,
        actor_initiator,
        actor_target,
        attribution_status,
        fatalities_low,
        fatalities_high,
        injured,
        toll_source,
        toll_as_of,
        parent_event_id,
        ucdp_conflict_id,
        ucdp_ged_ids,
        source_refs,
        note,
        as_of,
        licence
    from {{ ref('stg_event') }}

    union all

    select
        event_id,
        conflict_id,
        source,
        name,
        {{ no_words() }} as aka,
        start_date,
        end_date,
        date_precision,
        event_type,
        sub_event_type,
        plover_type,
        place,
        country_iso2,
        lat,
        lon,
        geo_precision,
        geonameid,
        actor_initiator,
        actor_target,
        cast(null as varchar) as attribution_status,
        fatalities_low,
        fatalities_high,
        cast(null as varchar) as injured,
        source as toll_source,
        cast(as_of as date) as toll_as_of,
        parent_event_id,
        cast(null as integer) as ucdp_conflict_id,
        {{ no_words() }} as ucdp_ged_ids,
        source_refs,
        cast(null as varchar) as note,
        cast(as_of as date) as as_of,
        licence
    from {{ ref('int_event_promoted') }}
),

-- Rival names are equals: an event finds its place by any of the place's names, or by GeoNames id.
names as (
    {{ place_names(ref('stg_place')) }}
),

matches as (
    select
        event.event_id,
        names.place_key,
        row_number() over (
            partition by event.event_id
            -- Where two places share a name, the one with the event's own GeoNames id is meant.
            order by case when event.geonameid = names.geonameid then 0 else 1 end, names.place_key
        ) as choice
    from events as event
    inner join names
        on
            event.conflict_id = names.conflict_id
            and (lower(event.place) = lower(names.name) or event.geonameid = names.geonameid)
)

select event.*, matches.place_key
from events as event
left join matches on event.event_id = matches.event_id and matches.choice = 1
