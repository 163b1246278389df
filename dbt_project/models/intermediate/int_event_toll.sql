{{ config(tags=['serve']) }}

{% set toll = ['fatalities_low', 'fatalities_best', 'fatalities_high', 'injured', 'toll_source'] %}

-- Every toll any source gave of an event, and how long the source stood by it. Imported events speak for the curated
-- event they are the same as, else for themselves where the conflict promotes them. A withdrawn event's last wording
-- ends when it was withdrawn.
with statements as (
    select
        event_id,
        'curated' as source,
        event_id as external_id,
        version,
        fatalities_low,
        cast(null as integer) as fatalities_best,
        fatalities_high,
        injured,
        toll_source,
        toll_as_of,
        valid_from,
        valid_to,
        licence
    from {{ ref('int_event_history') }}

    union all

    select
        coalesce(same.event_id, promoted.event_id) as event_id,
        imported.source,
        imported.source_event_id as external_id,
        imported.revision as version,
        imported.fatalities_low,
        imported.fatalities_best,
        imported.fatalities_high,
        cast(null as varchar) as injured,
        imported.source as toll_source,
        cast(imported.as_of as date) as toll_as_of,
        imported.as_of as valid_from,
        imported.superseded_at as valid_to,
        imported.licence
    from {{ ref('stg_imported_event') }} as imported
    left join {{ ref('stg_event_match') }} as same
        on
            imported.source = same.source
            and imported.source_event_id = same.source_event_id
            and same.relation = 'same'
    left join {{ ref('int_event_promoted') }} as promoted
        on imported.source = promoted.source and imported.source_event_id = promoted.source_event_id
    where imported.may_publish_text and not imported.is_deleted
),

-- A wording that changed something else leaves the toll as it was.
changes as (
    select
        statements.*,
        case
            when {% for column in toll -%}
                lag({{ column }}) over spell is not distinct from {{ column }}{{ ' and ' if not loop.last }}
            {%- endfor %}
                and lag(valid_to) over spell is not distinct from valid_from then 0
            else 1
        end as is_change
    from statements
    window spell as (partition by event_id, source, external_id order by version)
),

spells as (
    select
        *,
        sum(is_change) over (
            partition by event_id, source, external_id
            order by version
            rows between unbounded preceding and current row
        ) as spell_no
    from changes
)

select
    {{ surrogate_key(['spells.event_id', 'spells.source', 'spells.external_id', 'spells.spell_no']) }} as event_toll_id,
    spells.event_id,
    spells.source,
    spells.external_id,
    {%- for column in toll %}
    spells.{{ column }},
    {%- endfor %}
    min(spells.toll_as_of) as toll_as_of,
    min(spells.valid_from) as valid_from,
    case when count(spells.valid_to) = count(*) then max(spells.valid_to) end as valid_to,
    min(spells.licence) as licence
from spells
inner join {{ ref('int_event') }} as event on spells.event_id = event.event_id
where coalesce(spells.fatalities_low, spells.fatalities_best, spells.fatalities_high) is not null
    or spells.injured is not null
group by
    spells.event_id, spells.source, spells.external_id, spells.spell_no
    {%- for column in toll %}, spells.{{ column }}{% endfor %}
