{{ config(tags=['shape']) }}

select *
from {{ ref('stg_party') }}
