"""ACLED's event types and their sub-event types, spelled as in its table of categories (release of 2024)."""

from __future__ import annotations

TYPES = {
    "Battles": ("Armed clash", "Government regains territory", "Non-state actor overtakes territory"),
    "Explosions/Remote violence": (
        *("Chemical weapon", "Air/drone strike", "Suicide bomb", "Shelling/artillery/missile attack"),
        *("Remote explosive/landmine/IED", "Grenade"),
    ),
    "Protests": ("Peaceful protest", "Protest with intervention", "Excessive force against protesters"),
    "Riots": ("Violent demonstration", "Mob violence"),
    "Strategic developments": (
        *("Agreement", "Arrests", "Change to group/activity", "Disrupted weapons use"),
        *("Headquarters or base established", "Looting/property destruction", "Non-violent transfer of territory"),
        "Other",
    ),
    "Violence against civilians": ("Sexual violence", "Attack", "Abduction/forced disappearance"),
}
"""The six event types, each with its sub-event types: 25 in all."""

EVENT_TYPE = {sub: event for event, subs in TYPES.items() for sub in subs}
"""A sub-event type's event type."""

NONE = "none"
"""What a report is labelled that tells of no such event: disasters, diplomacy, crime, who is to blame."""

LABELS = (*EVENT_TYPE, NONE)
"""What a report can be told to be, in the order of the model's columns."""
