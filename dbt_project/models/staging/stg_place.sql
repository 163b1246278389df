{{ config(tags=['shape']) }}

select
    conflict_id || ':' || place_id as place_key,
    conflict_id,
    place_id,
    name,
    names,
    kind,
    country_iso2,
    lat,
    lon,
    geonameid,
    aliases
from {{ source('raw', 'place') }}
