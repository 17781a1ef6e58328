"""Slack's own Python library, asked line by line: a JSON request on standard input, a JSON answer on standard output."""

import json
import sys

from slack_sdk.signature import Clock, SignatureVerifier


class Then(Clock):
    """The library's clock, standing at a moment of the test."""

    def __init__(self, seconds):
        self.seconds = seconds

    def now(self):
        return self.seconds


def answer(asked):
    verifier = SignatureVerifier(asked["secret"], Then(asked["now"]))
    match asked["what"]:
        case "sign":
            return verifier.generate_signature(timestamp=asked["timestamp"], body=asked["body"])
        case "believes":
            return verifier.is_valid(body=asked["body"], timestamp=asked["timestamp"], signature=asked["signature"])


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
