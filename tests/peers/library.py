"""The providers' own Python libraries, asked line by line: a JSON request on standard input, a JSON answer on standard output."""

import hashlib
import hmac
import json
import sys

from pywa.utils import webhook_updates_validator
from slack_sdk import WebClient
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse


class Fields(dict):
    """A form in which a name may stand more than once, as web frameworks hand it over."""

    def getlist(self, name):
        values = self[name]
        return values if isinstance(values, list) else [values]


def answer(asked):
    match asked["what"]:
        case "twilio-sign":
            return RequestValidator(asked["secret"]).compute_signature(asked["url"], Fields(asked["fields"]))
        case "twilio-silence":
            return str(MessagingResponse())
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
