"""Nothing in the pages can record what a camera or a microphone gives."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPTS = sorted((Path(__file__).parents[2] / "queue_service").rglob("*.js"))
RECORDS = re.compile(
    r"MediaRecorder|ImageCapture|captureStream|grabFrame|takePhoto|toDataURL|toBlob|getImageData"
    r"|MediaStreamTrackProcessor|createImageBitmap|drawImage|transferToImageBitmap"
)


def test_no_script_can_record() -> None:
    assert RECORDS.search("new MediaRecorder(stream)")
    found = [file for file in SCRIPTS if RECORDS.search(file.read_text(encoding="utf-8"))]
    assert [file.name for file in found] == ["raster.js"]  # the kiosk's own slip, for its printer
    assert "video" not in found[0].read_text(encoding="utf-8")
    assert any(file.name == "peer.js" for file in SCRIPTS)
