{{ config(tags=['shape']) }}

select *
from {{ ref('stg_place') }}
