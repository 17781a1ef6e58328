"""Twilio's own Python library writes each document again; it must come out the same, attribute by attribute.

Reads documents as JSON strings, one a line, and answers each with null, or with what is wrong with it. An attribute that the
library's verb does not name is wrong, too: its methods would pass it on.
"""

import inspect
import json
import re
import sys
import xml.etree.ElementTree as tree

from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

# Verbs and nouns whose text is the first argument of the library's method.
WITH_TEXT = {"Say": "message", "Redirect": "url", "Number": "phone_number"}


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def typed(value):
    return {"true": True, "false": False}.get(value, value)


def add(parent, element):
    method = getattr(parent, snake(element.tag))
    known = inspect.signature(method).parameters
    arguments = {snake(name): typed(value) for name, value in element.attrib.items()}
    for name in arguments:
        if name not in known:
            raise ValueError(f"<{element.tag}> has no attribute {name}")
    if element.tag in WITH_TEXT:
        arguments[WITH_TEXT[element.tag]] = element.text
    made = method(**arguments)
    for child in element:
        add(made, child)


def checked(document):
    read = tree.fromstring(document.encode())
    response = VoiceResponse()
    for verb in read:
        add(response, verb)
    again = tree.tostring(tree.fromstring(str(response).encode()))
    ours = tree.tostring(read)
    a, b = tree.canonicalize(again), tree.canonicalize(ours)
    return None if a == b else f"the library writes {a} for {b}"


def answer(asked):
    if isinstance(asked, dict):
        return RequestValidator(asked["secret"]).compute_signature(asked["url"], asked["fields"])
    try:
        return checked(asked)
    except (AttributeError, TypeError, ValueError, tree.ParseError) as error:
        return str(error)


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
