{{ config(tags=['shape']) }}

select time_zone
from {{ source('raw', 'time_zone') }}
