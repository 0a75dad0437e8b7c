"""The pictograms that a service can have, for citizens who read none of the languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from queue_service.language.catalogues import N_

Pictogram = Literal[
    "passport",
    "driving-licence",
    "health-card",
    "identity-card",
    "pension",
    "moving",
    "marriage",
    "tax",
    "digital",
    "books",
    "collect",
    "child",
    "family",
    "wheelchair",
    "money",
    "house",
    "car",
    "parking",
    "document",
    "question",
    "phone",
    "print",
    "work",
    "education",
    "abroad",
    "post",
    "place",
    "health",
    "key",
    "waste",
]
"""``web/templates/pictograms.html`` has the drawings."""

PICTOGRAM_NAMES: Final[Mapping[Pictogram, str]] = {
    "passport": N_("Passport"),
    "driving-licence": N_("Driving licence"),
    "health-card": N_("Health card"),
    "identity-card": N_("Identity card"),
    "pension": N_("Pension"),
    "moving": N_("Moving and residence"),
    "marriage": N_("Marriage"),
    "tax": N_("Tax"),
    "digital": N_("Digital help"),
    "books": N_("Books"),
    "collect": N_("Collect something"),
    "child": N_("Child"),
    "family": N_("Family"),
    "wheelchair": N_("Aids and disability"),
    "money": N_("Money"),
    "house": N_("House"),
    "car": N_("Car"),
    "parking": N_("Parking"),
    "document": N_("Document"),
    "question": N_("Question"),
    "phone": N_("Telephone"),
    "print": N_("Print and copy"),
    "work": N_("Work"),
    "education": N_("Education"),
    "abroad": N_("Abroad"),
    "post": N_("Post"),
    "place": N_("Place on a map"),
    "health": N_("Health"),
    "key": N_("Key and login"),
    "waste": N_("Waste"),
}
"""By id, in the order in which an administrator chooses."""
