"""A token server for the tests: gives a token to whoever knows the refresh token, and tells Dovecot which tokens are good."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Tokens(BaseHTTPRequestHandler):
    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        status, answer = 200, {}
        if self.path == "/token":
            if form.get("refresh_token") == ["refresh"]:
                answer = {"access_token": "good-token", "expires_in": 3600}
            else:
                status, answer = 400, {"error": "invalid_grant", "error_description": "the refresh token was taken back"}
        elif form.get("token") == ["good-token"]:
            answer = {"active": "true", "user": "support@shop.test"}
        else:
            answer = {"active": "false"}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Tokens).serve_forever()
