{{ config(tags=['shape']) }}

-- What is known of each outlet's wall clock: pages that show it beside an instant, and comments that one source dates by
-- that clock and another (a feed, an answer, an export, a page with a true offset) by an instant.
with shown as (
    select outlet_id, {{ each('clock') }} as reading
    from {{ ref('int_page_read') }}
    where is_good and clock is not null
),

comments as (
    select
        comment.comment_id,
        page.outlet_id,
        comment.posted_at,
        comment.posted_at_basis,
        comment.posted_at_local
    from {{ ref('int_comment_read') }} as comment
    inner join {{ ref('int_page_read') }} as page on comment.read_id = page.read_id
),

pairs as (
    select distinct
        local.outlet_id,
        local.comment_id,
        stated.posted_at as read_at,
        {{ seconds_of('local.posted_at_local') }} - {{ seconds_of('stated.posted_at') }} as seconds_ahead
    from comments as local
    inner join comments as stated on local.comment_id = stated.comment_id
    where
        local.posted_at_local is not null
        and stated.posted_at_local is null
        and stated.posted_at_basis = 'stated'
),

readings as (
    select outlet_id, reading.at as read_at, reading.offset_minutes as offset_minutes
    from shown

    union all

    -- Clocks show minutes more often than seconds, so a pair may be off by one of them.
    select outlet_id, read_at, cast(round(seconds_ahead / 900) * 15 as integer) as offset_minutes
    from pairs
    where seconds_ahead between -43260 and 50460 and abs(seconds_ahead - round(seconds_ahead / 900) * 900) <= 60
),

daily as (
    select
        outlet_id,
        {{ local_date('read_at', "'UTC'") }} as read_on,
        offset_minutes,
        min(read_at) as read_at,
        count(*) as readings,
        row_number() over (
            partition by outlet_id, {{ local_date('read_at', "'UTC'") }}
            order by count(*) desc, offset_minutes
        ) as choice
    from readings
    group by outlet_id, {{ local_date('read_at', "'UTC'") }}, offset_minutes
)

select outlet_id, read_on, read_at, offset_minutes, cast(readings as integer) as readings
from daily
where choice = 1
