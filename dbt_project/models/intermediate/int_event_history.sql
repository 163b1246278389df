{{ config(tags=['shape']) }}

-- A version is valid from the day its facts are as of, where that day can be right: not after the pipeline saw them, and
-- not before it saw the version that went before. Else from the moment the pipeline saw them.
with seen as (
    select
        *,
        cast(dbt_valid_from as timestamptz) as recorded_at,
        cast(dbt_valid_to as timestamptz) as removed_at,
        cast(as_of as timestamptz) as stated_at,
        row_number() over (partition by event_id order by dbt_valid_from) as version,
        lag(cast(dbt_valid_from as timestamptz)) over (partition by event_id order by dbt_valid_from) as earlier_at
    from {{ ref('event_snapshot') }}
),

dated as (
    select
        *,
        case
            when stated_at <= recorded_at and (earlier_at is null or stated_at > earlier_at) then stated_at
            else recorded_at
        end as valid_from
    from seen
)

select
    {{ surrogate_key(['event_id', 'version']) }} as event_history_id,
    event_id,
    conflict_id,
    cast(version as integer) as version,
    valid_from,
    -- Where an event was taken out of the folder its last version ends, and nothing follows.
    coalesce(lead(valid_from) over (partition by event_id order by version), removed_at) as valid_to,
    case when valid_from = stated_at then 'stated' else 'recorded' end as valid_from_basis,
    recorded_at,
    removed_at is null as is_current,
    count(*) over (partition by event_id) = count(removed_at) over (partition by event_id) as is_removed,
    name,
    start_date,
    end_date,
    date_precision,
    event_type,
    sub_event_type,
    plover_type,
    place,
    lat,
    lon,
    geo_precision,
    actor_initiator,
    actor_target,
    attribution_status,
    fatalities_low,
    fatalities_high,
    injured,
    toll_source,
    toll_as_of,
    parent_event_id,
    source_refs,
    note,
    as_of,
    licence
from dated
