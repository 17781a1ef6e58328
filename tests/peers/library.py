"""The providers' own Python libraries, asked line by line: a JSON request on standard input, a JSON answer on standard output."""

import hashlib
import hmac
import inspect
import json
import re
import sys
from xml.etree import ElementTree

from pywa.utils import webhook_updates_validator
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse


class Fields(dict):
    """A form in which a name may stand more than once, as web frameworks hand it over."""

    def getlist(self, name):
        values = self[name]
        return values if isinstance(values, list) else [values]


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def rebuild(element, into):
    """Writes an element with the library's own verb for it, which must know every attribute."""
    verb = getattr(into, snake(element.tag))
    known = inspect.signature(verb).parameters
    given = {snake(name): value for name, value in element.attrib.items()}
    unknown = [name for name in given if name not in known]
    assert not unknown, f"<{element.tag}> has no {unknown}"
    if element.text and element.text.strip():
        given[next(iter(known))] = element.text
    made = verb(**given)
    for child in element:
        rebuild(child, made)


def tree(element):
    text = (element.text or "").strip()
    return [element.tag, sorted(element.attrib.items()), text, [tree(child) for child in element]]


def rewritten(document):
    """Both trees: the document's, and that of the one the library makes of it."""
    root, made = ElementTree.fromstring(document), VoiceResponse()
    assert root.tag == "Response", root.tag
    for child in root:
        rebuild(child, made)
    return {"given": tree(root), "made": tree(ElementTree.fromstring(made.to_xml()))}


def answer(asked):
    match asked["what"]:
        case "twilio-sign":
            return RequestValidator(asked["secret"]).compute_signature(asked["url"], Fields(asked["fields"]))
        case "twilio-silence":
            return str(MessagingResponse())
        case "twilio-rewrites":
            return rewritten(asked["document"])
        case "slack-sign":
            return SignatureVerifier(asked["secret"]).generate_signature(timestamp=asked["timestamp"], body=asked["body"])
        case "slack-call":
            client = WebClient(token=asked["token"], base_url=asked["url"])
            return client.api_call(asked["method"], **asked["arguments"]).data
        case "whatsapp-sign":
            body = asked["body"].encode()
            header = "sha256=" + hmac.new(asked["secret"].encode(), body, hashlib.sha256).hexdigest()
            assert webhook_updates_validator(asked["secret"], body, header), "pywa does not believe it"
            return header
        case "whatsapp-believes":
            return bool(webhook_updates_validator(asked["secret"], asked["body"].encode(), asked["header"]))


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
