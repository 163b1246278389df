{{ config(tags=['shape']) }}

select
    conflict_id || ':' || party_id as party_key,
    conflict_id,
    party_id,
    name,
    kind,
    country_iso2,
    sort_order,
    color
from {{ source('raw', 'party') }}
