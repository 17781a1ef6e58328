"""What an independent reader of mail says of a mail, as JSON: it is given on standard input."""

import email
import email.policy
import json
import sys

mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
print(json.dumps({
    "from": [[one.display_name, one.addr_spec] for one in mail["From"].addresses],
    "to": [one.addr_spec for one in mail["To"].addresses],
    "subject": mail["Subject"],
    "message_id": mail["Message-ID"],
    "in_reply_to": mail["In-Reply-To"],
    "references": (mail["References"] or "").split(),
    "auto_submitted": mail["Auto-Submitted"],
    "date": mail["Date"] is not None,
    "plain": plain and plain.get_content(),
    "html": html and html.get_content(),
    "defects": [str(defect) for part in mail.walk() for defect in part.defects],
}))
