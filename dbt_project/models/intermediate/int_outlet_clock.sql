{{ config(tags=['shape']) }}

-- How far each outlet's wall clock was ahead of UTC on the days its comments are dated by.
{% set season_days = 92 %}
{% set trusted_days = 366 %}
{% set agreement = 0.9 %}

with readings as (
    select * from {{ ref('int_clock_reading') }}
),

wanted as (
    select distinct page.outlet_id, cast(comment.posted_at_local as date) as day
    from {{ ref('int_comment_read') }} as comment
    inner join {{ ref('int_page_read') }} as page on comment.read_id = page.read_id
    where comment.posted_at_local is not null
),

-- One reading a month and offset is enough to tell zones apart.
monthly as (
    select outlet_id, offset_minutes, min(read_at) as read_at
    from readings
    group by outlet_id, offset_minutes, date_trunc('month', read_on)
),

-- The zones in which the clock would have shown what was read; a few odd readings rule none out.
fits as (
    select
        monthly.outlet_id,
        zone.time_zone,
        avg(case when {{ minutes_ahead('monthly.read_at', 'zone.time_zone') }} = monthly.offset_minutes then 1.0 else 0.0 end)
            as share
    from monthly
    cross join {{ ref('stg_time_zone') }} as zone
    group by monthly.outlet_id, zone.time_zone
),

zones as (
    select outlet_id, time_zone
    from (select *, max(share) over (partition by outlet_id) as best from fits)
    where share = best and share >= {{ agreement }}
),

votes as (
    select
        wanted.outlet_id,
        wanted.day,
        {{ minutes_ahead(instant_of("(cast(wanted.day as timestamp) + interval '12' hour)", 0), 'zones.time_zone') }}
            as offset_minutes,
        count(*) as zones
    from wanted
    inner join zones on wanted.outlet_id = zones.outlet_id
    group by all
),

by_zone as (
    select
        outlet_id,
        day,
        offset_minutes,
        count(*) over (partition by outlet_id, day) = 1 as is_agreed,
        row_number() over (partition by outlet_id, day order by zones desc, offset_minutes) as choice
    from votes
),

timeline as (
    select outlet_id, read_on as day, true as is_reading from readings
    union all
    select outlet_id, day, false as is_reading from wanted
),

neighbours as (
    select distinct outlet_id, day, earlier, later
    from (
        select
            *,
            max(case when is_reading then day end) over (
                partition by outlet_id order by day range between unbounded preceding and current row
            ) as earlier,
            min(case when is_reading then day end) over (
                partition by outlet_id order by day range between current row and unbounded following
            ) as later
        from timeline
    )
    where not is_reading
),

known as (
    select
        neighbours.outlet_id,
        neighbours.day,
        before.offset_minutes as offset_before,
        after.offset_minutes as offset_after,
        coalesce({{ days_between('neighbours.earlier', 'neighbours.day') }}, 99999) as days_before,
        coalesce({{ days_between('neighbours.day', 'neighbours.later') }}, 99999) as days_after,
        by_zone.offset_minutes as offset_of_zone,
        by_zone.is_agreed
    from neighbours
    left join readings as before
        on neighbours.outlet_id = before.outlet_id and neighbours.earlier = before.read_on
    left join readings as after
        on neighbours.outlet_id = after.outlet_id and neighbours.later = after.read_on
    left join by_zone
        on neighbours.outlet_id = by_zone.outlet_id and neighbours.day = by_zone.day and by_zone.choice = 1
    where before.outlet_id is not null or after.outlet_id is not null
),

judged as (
    select
        *,
        case
            when offset_before = offset_after and days_before + days_after <= {{ season_days }} then 'between_readings'
            when is_agreed and least(days_before, days_after) <= {{ trusted_days }} then 'zone'
            else 'nearest'
        end as basis
    from known
)

select
    outlet_id,
    day,
    case
        when basis = 'between_readings' then offset_before
        when basis = 'zone' or least(days_before, days_after) > {{ season_days }}
            then coalesce(offset_of_zone, case when days_before <= days_after then offset_before else offset_after end)
        when days_before <= days_after then offset_before
        else offset_after
    end as offset_minutes,
    basis,
    basis <> 'nearest' as is_certain
from judged
