{{ config(tags=['shape']) }}

-- Rival names are equals: an event finds its place by any of the place's names, or by GeoNames id.
with names as (
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
    from {{ ref('stg_event') }} as event
    inner join names
        on
            event.conflict_id = names.conflict_id
            and (lower(event.place) = lower(names.name) or event.geonameid = names.geonameid)
)

select event.*, matches.place_key
from {{ ref('stg_event') }} as event
left join matches on event.event_id = matches.event_id and matches.choice = 1
