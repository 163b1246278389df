{{ config(meta={'dagster': {'ref': {'name': 'fct_comment_side'}}}) }}

select side.comment_side_id, side.side
from {{ ref('fct_comment_side') }} as side
left join {{ ref('dim_party') }} as party
    on
        side.conflict_id = party.conflict_id
        and side.side = party.party_id
        and party.kind = 'belligerent'
where party.party_key is null and side.side not in ('{{ other_sides() | join("', '") }}')
