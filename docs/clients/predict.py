"""A client that goes on predicting when the primary is gone. Python 3.9 or later, no packages. Copy and adapt it."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request

MANIFEST_SECONDS = 60
ANSWER_SECONDS = 10


class Refused(Exception):
    """The request is wrong, and would be on the other side, too."""


class Predictor:
    def __init__(self, read_manifest, keys):
        """read_manifest() gives the text of the routing manifest: GET /api/routing, or the blob routing.json.
        keys: {"primary": prediction key, "secondary": prediction key}"""
        self._read_manifest = read_manifest
        self._keys = keys
        self._manifest = None
        self._read_at = self._asked_at = None

    def classify(self, project_id, publish_name, image):
        """Asks the side that is active; the other one where that does not answer. Raises where neither does.

        Returns the side that answered, the age of the manifest in seconds, and the probabilities by tag name (ids of
        tags differ between the sides; the highest where a tag was found more than once)."""
        route = self._current()["projects"].get(project_id)
        if route is None:
            raise LookupError(f"The routing manifest has no project {project_id}.")
        failure = LookupError(f"Nothing is published as {publish_name} for project {project_id}.")
        for side in ("primary", "secondary") if route["active"] == "primary" else ("secondary",):
            to = route[side]
            if to["predictionEndpoint"] is None or publish_name not in to["publishNames"]:
                continue
            name = urllib.parse.quote(publish_name, safe="")
            path = f"/customvision/v3.1/prediction/{to['projectId']}/classify/iterations/{name}/image"
            try:
                probabilities = _ask(urllib.parse.urljoin(to["predictionEndpoint"], path), self._keys[side], image)
                return {
                    "side": side,
                    "manifest_age_in_seconds": time.monotonic() - self._read_at,
                    "probabilities": probabilities,
                }
            except (OSError, ValueError) as error:
                failure = error
        raise failure

    def _current(self):
        """The last one that could be read serves for as long as no newer one can."""
        if self._manifest is not None and time.monotonic() - self._asked_at < MANIFEST_SECONDS:
            return self._manifest
        self._asked_at = time.monotonic()
        try:
            self._manifest = json.loads(self._read_manifest())
            self._read_at = self._asked_at
        except (OSError, ValueError):
            if self._manifest is None:
                raise
        return self._manifest


def _ask(url, key, image):
    headers = {"Prediction-Key": key, "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data=image, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        # Not 401, 404 or 429: the other side has a key, a project and a limit of its own.
        if error.code in (400, 413):
            raise Refused(f"{error.code}: {error.read().decode()}") from error
        raise
    probabilities = {}
    for prediction in answer["predictions"]:
        name = prediction["tagName"]
        probabilities[name] = max(prediction["probability"], probabilities.get(name, 0))
    return probabilities
