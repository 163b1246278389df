{{ config(tags=['shape']) }}

select time_zone
from {{ source('clock', 'time_zone') }}
