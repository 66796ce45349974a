"""Reports as mail servers write them, about a mail of ours."""

POSTFIX = """\
Return-Path: <>
Date: Tue, 24 Nov 2026 09:00:05 +0000 (UTC)
From: MAILER-DAEMON@mx.portal.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@portal.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9C1F.1"
Message-Id: <20261124090005.9C1F@mx.portal.example>

This is a MIME-encapsulated message.

--9C1F.1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

--9C1F.1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.portal.example
X-Postfix-Queue-ID: 9C1F
Arrival-Date: Tue, 24 Nov 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; alice@acme.example
Original-Recipient: rfc822;alice@acme.example
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mail.acme.example
Diagnostic-Code: smtp; 550 5.1.1 <alice@acme.example>: Recipient address
    rejected: User unknown

--9C1F.1
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <bounces@portal.example>
From: Quayside <portal@quayside.example>
To: alice@acme.example
Subject: New order
Message-ID:
 {message_id}

--9C1F.1--
"""

# Encloses the whole mail, names no original recipient, and its diagnosis has no code.
EXCHANGE = """\
From: postmaster@acme.example
To: bounces@portal.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
Subject: Undeliverable: New order

--b1
Content-Type: multipart/alternative; boundary="b2"

--b2
Content-Type: text/plain; charset="us-ascii"

Your message couldn't be delivered.

--b2--

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns;EX1.acme.example
Received-From-MTA: dns;mx.portal.example

Final-Recipient: rfc822;alice@acme.example
Action: {action}
Status: 5.2.2
Diagnostic-Code: smtp;554 mailbox is full

--b1
Content-Type: message/rfc822

From: Quayside <portal@quayside.example>
To: alice@acme.example
Subject: New order
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b3"

--b3
Content-Type: text/plain

Hello Alice
--b3--

--b1--
"""

AWAY = """\
From: Alice <alice@acme.example>
To: bounces@portal.example
Subject: I am away
In-Reply-To: {message_id}
Content-Type: text/plain

Back on Monday. {action}
"""


def report(kind: str, message_id: str, *, action: str = "failed") -> bytes:
    """Return a report about the mail with this Message-ID, with line ends as mail has them."""
    return kind.format(message_id=message_id, action=action).replace("\n", "\r\n").encode()
