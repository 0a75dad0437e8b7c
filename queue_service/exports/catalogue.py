"""A catalogue of data as JSON-LD, by the profile DCAT-AP-DK 3.0.

The profile requires title, description and publisher of a catalogue, title and description of a
dataset, an access address of a distribution, and the publisher's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from queue_service.language.languages import staff_languages
from queue_service.language.wording import Wording

Texts = Mapping[str, str]
"""A text by language code."""

_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "title": {"@id": "dct:title", "@container": "@language"},
    "description": {"@id": "dct:description", "@container": "@language"},
    "name": "foaf:name",
    "publisher": "dct:publisher",
    "dataset": "dcat:dataset",
    "distribution": "dcat:distribution",
    "identifier": "dct:identifier",
    "accessURL": {"@id": "dcat:accessURL", "@type": "@id"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "landingPage": {"@id": "dcat:landingPage", "@type": "@id"},
    "mediaType": {"@id": "dcat:mediaType", "@type": "@id"},
    "theme": {"@id": "dcat:theme", "@type": "@id"},
    "accrualPeriodicity": {"@id": "dct:accrualPeriodicity", "@type": "@id"},
    "accessRights": {"@id": "dct:accessRights", "@type": "@id"},
}
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types"


@dataclass(frozen=True, slots=True)
class DistributedFile:
    """A form in which a dataset is available, at an address that may be relative."""

    address: str
    media_type: str
    title: Texts


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset. ``frequency`` is how often it is updated, by the EU's list (``MONTHLY``)."""

    identifier: str
    title: Texts
    description: Texts
    frequency: str
    files: tuple[DistributedFile, ...]
    page: str = ""


def in_each(msgid: str, **values: str) -> Texts:
    """A text in each language of staff."""
    return {code: Wording(code)(msgid, **values) for code in staff_languages()}


def catalogue(
    title: Texts, description: Texts, publisher: str, datasets: Iterable[Dataset]
) -> dict[str, Any]:
    """The document of a catalogue; ``publisher`` is a name."""
    agent = {"@id": "_:publisher", "@type": "foaf:Agent", "name": publisher}
    return {
        "@context": _CONTEXT,
        "@type": "dcat:Catalog",
        "title": dict(title),
        "description": dict(description),
        "publisher": agent,
        "dataset": [_dataset(one) for one in datasets],
    }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset",
        "identifier": dataset.identifier,
        "title": dict(dataset.title),
        "description": dict(dataset.description),
        "publisher": {"@id": "_:publisher"},
        "theme": f"{_AUTHORITY}/data-theme/GOVE",
        "accessRights": f"{_AUTHORITY}/access-right/PUBLIC",
        "accrualPeriodicity": f"{_AUTHORITY}/frequency/{dataset.frequency}",
        **({"landingPage": dataset.page} if dataset.page else {}),
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": dict(file.title),
                "accessURL": file.address,
                "downloadURL": file.address,
                "mediaType": f"{_MEDIA_TYPES}/{file.media_type}",
            }
            for file in dataset.files
        ],
    }
