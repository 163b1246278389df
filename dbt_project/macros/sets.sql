{# Closed sets of words used in more than one model. #}

{# Statuses of reads that showed an article. The others are failures or pages that are no article. #}
{% macro good_statuses() -%}
    ('parsed', 'no_comments', 'closed', 'comments_elsewhere')
{%- endmacro %}

{# Sides that are no party. `empty` is outside every denominator. #}
{% macro other_sides() %}
    {{ return(['anti_war', 'unclear', 'off_topic', 'empty']) }}
{% endmacro %}

{# Roles by which a link counts towards an event. #}
{% macro counted_roles() -%}
    ('primary', 'secondary')
{%- endmacro %}

{# Why the model abstained on comments nobody is asked about; NOT_ASKED in the module of people's answers. #}
{% macro never_asked() -%}
    ('unsupported_language', 'only_quotation')
{%- endmacro %}

{# Comments under which a share is not corrected, as it is not shown. #}
{% macro small_sample() -%}
    30
{%- endmacro %}

{# Below this confidence a link waits in the review queue and counts towards nothing until an engineer answers. #}
{% macro linked_from() -%}
    0.8
{%- endmacro %}

{# What an inherited link weighs against one by the comment's own words. #}
{% macro inherited_weight() -%}
    0.5
{%- endmacro %}
