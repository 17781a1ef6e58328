//! Mails that go wrong, of our own making, and arbitrary bytes.

use proptest::prelude::*;

use super::{Letter, MailFile, Mailbox, Nature, compose, read};

fn mail(head: &str, body: &str) -> Vec<u8> {
    format!("From: Maya Lind <Maya@Customer.example>\nTo: support@shop.example\nMessage-ID: <m1@customer.example>\n{head}\n\n{body}")
        .replace('\n', "\r\n")
        .into_bytes()
}

#[test]
fn charsets_are_read() {
    let mut latin =
        mail("Subject: =?iso-8859-1?Q?Lampe_f=FCr_K=FCche?=\nContent-Type: text/plain; charset=iso-8859-1", "");
    latin.extend(b"Sch\xf6ne Gr\xfc\xdfe");
    let read_latin = read(&latin).expect("readable");
    assert_eq!((read_latin.subject.as_str(), read_latin.text.as_str()), ("Lampe für Küche", "Schöne Grüße"));
    let coded = mail(
        "Subject: =?UTF-8?B?44Op44Oz44OX?=\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
        "44GT44KT44Gr44Gh44Gv",
    );
    let coded = read(&coded).expect("readable");
    assert_eq!((coded.subject.as_str(), coded.text.as_str()), ("ランプ", "こんにちは"));
    assert_eq!(coded.from.address, "maya@customer.example");
}

#[test]
fn html_only_mails_have_text() {
    let html = mail(
        "Content-Type: text/html; charset=utf-8",
        "<p>My lamp is <b>broken</b>.</p><div class=\"gmail_quote\">On 2 Nov 2026 at 10:00 Ines &lt;i@shop.example&gt; wrote:<blockquote>Hi</blockquote></div>",
    );
    let html = read(&html).expect("readable");
    assert_eq!(html.text, "My lamp is broken.");
    assert!(html.html.expect("kept").contains("gmail_quote"));
    assert!(html.whole_text.contains("> Hi"), "{}", html.whole_text);
}

#[test]
fn parts_files_and_invitations_are_found() {
    let body = "--b\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nSee the picture.\n--a\nContent-Type: text/html\n\n<p>See <img src=\"cid:p1\"></p>\n--a--\n\
        --b\nContent-Type: image/png; name=\"../../etc/lamp.png\"\nContent-Disposition: inline\nContent-ID: <p1>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n\
        --b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Visit\nDTSTART:20261124T090000Z\nEND:VEVENT\nEND:VCALENDAR\n\
        --b\nContent-Type: message/rfc822\n\nFrom: a@b.example\nSubject: inner\n\nInner words\n--b--\n";
    let read = read(&mail("Content-Type: multipart/mixed; boundary=b", body)).expect("readable");
    assert!(read.text.starts_with("See the picture."), "{}", read.text);
    assert!(read.text.contains("Invitation: Visit\nWhen: 2026-11-24 09:00 UTC"), "{}", read.text);
    let names: Vec<&str> = read.files.iter().map(|file| file.name.as_str()).collect();
    assert!(names.contains(&"lamp.png"), "{names:?}");
    assert!(names.iter().any(|name| name.ends_with(".eml")), "{names:?}");
    assert_eq!(
        read.files.iter().find(|file| file.name == "lamp.png").and_then(|file| file.content_id.as_deref()),
        Some("p1")
    );
}

#[test]
fn signed_is_read_and_encrypted_is_named() {
    let signed =
        "--s\nContent-Type: text/plain\n\nReally me.\n--s\nContent-Type: application/pgp-signature\n\nxyz\n--s--\n";
    let signed =
        read(&mail("Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"", signed))
            .expect("readable");
    assert_eq!((signed.text.as_str(), signed.files.len()), ("Really me.", 0));
    let sealed = read(&mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "AAAA"))
        .expect("readable");
    assert!(sealed.remarks.iter().any(|remark| remark.contains("encrypted")), "{:?}", sealed.remarks);
}

#[test]
fn machines_are_told_from_people() {
    for (head, nature) in [
        ("Subject: Lamp", Nature::Person),
        ("Auto-Submitted: no", Nature::Person),
        ("X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", Nature::Person),
        ("Auto-Submitted: auto-replied", Nature::AutoReply),
        ("Subject: Automatic reply: Lamp", Nature::AutoReply),
        ("Subject: Abwesenheitsnotiz", Nature::AutoReply),
        ("Return-Path: <>", Nature::AutoReply),
        ("Precedence: bulk", Nature::Bulk),
        ("List-Id: <news.example>", Nature::Bulk),
        ("Auto-Submitted: auto-generated", Nature::Bulk),
        ("X-Failed-Recipients: x@y.example", Nature::Bounce),
    ] {
        assert_eq!(read(&mail(head, "Hello")).expect("readable").nature, nature, "{head}");
    }
    for (address, nature) in [
        ("no-reply@a.example", Nature::Bulk),
        ("bounces+12@a.example", Nature::Bulk),
        ("bouncer@a.example", Nature::Person),
        ("MAILER-DAEMON@a.example", Nature::Bounce),
    ] {
        let raw = format!("From: {address}\r\nTo: support@shop.example\r\nSubject: x\r\n\r\nHello");
        assert_eq!(read(raw.as_bytes()).expect("readable").nature, nature, "{address}");
    }
}

#[test]
fn a_bounce_names_the_mail_that_bounced() {
    let body = "--r\nContent-Type: text/plain\n\nSorry.\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
        Final-Recipient: rfc822; maya@customer.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user\n\
        --r\nContent-Type: text/rfc822-headers\n\nFrom: support@shop.example\nMessage-ID: <b.k3v9x2m7q4t8w5z1.0199ab@shop.example>\nSubject: Re: Lamp\n--r--\n";
    let read =
        read(&mail("Content-Type: multipart/report; report-type=delivery-status; boundary=r", body)).expect("readable");
    assert_eq!(read.nature, Nature::Bounce);
    let bounce = read.bounce.expect("a bounce");
    assert_eq!(bounce.message_ids, ["b.k3v9x2m7q4t8w5z1.0199ab@shop.example"]);
    assert_eq!((bounce.recipient.as_deref(), bounce.status.as_deref()), (Some("maya@customer.example"), Some("5.1.1")));
    assert_eq!(bounce.why, "550 5.1.1 No such user");
    assert!(bounce.is_final());
}

#[test]
fn broken_and_huge_mails_end_somewhere() {
    let deep: String =
        (0..5_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect();
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(50_000);
    let cases: Vec<Vec<u8>> = vec![
        mail("Content-Type: multipart/mixed; boundary=x", "--x\nContent-Type: text/plain\n\nno end"),
        mail("Content-Type: text/plain; charset=\"no-such-charset\"", "Hello \u{fffd}"),
        mail("Content-Transfer-Encoding: base64", "!!!! not base64 !!!!"),
        mail("References: <a@b>, junk <c@d> <e f@g> <>", "x"),
        mail(&format!("Subject: {}", "x".repeat(2_000_000)), "y"),
        mail("", &"z".repeat(3_000_000)),
        format!("From: a@b.example\r\n{deep}").into_bytes(),
        format!("From: a@b.example\r\n{nested}").into_bytes(),
        b"From: a@b.example\r\n\r\nwith \0 nul".to_vec(),
    ];
    for raw in &cases {
        let read = read(raw).expect("a header");
        assert!(read.text.chars().count() <= super::mail::TEXT_CHARS_MAX);
        assert!(!read.text.contains('\0') && read.subject.len() < 2_000);
    }
    assert_eq!(read(&cases[3]).expect("a header").refers_to, ["c@d", "a@b"]);
    assert!(read(b"").is_err() && read(b"no header at all").is_err());
}

#[test]
fn what_we_write_others_read() {
    let letter = Letter {
        from: Mailbox { name: "Ines, Lumen".into(), address: "support@shop.example".into() },
        reply_to: Some(Mailbox { name: String::new(), address: "support+k3v9x2m7q4t8w5z1@shop.example".into() }),
        to: vec![Mailbox { name: "Maya\r\nBcc: all@evil.example".into(), address: "maya@customer.example".into() }],
        subject: "Re: Lampe für\r\nBcc: x@evil.example".into(),
        message_id: "b.k3v9x2m7q4t8w5z1.1@shop.example".into(),
        references: vec!["a@b".into(), "c@d".into()],
        markdown: "Grüße **Maya**".into(),
        signature: "Lumen".into(),
        automatic: true,
        loop_mark: "x1".into(),
        files: vec![MailFile {
            name: "Übersicht.pdf".into(),
            media_type: "application/pdf".into(),
            bytes: vec![0, 1, 255],
            content_id: None,
        }],
        ..Letter::default()
    };
    let made = compose(&letter).expect("composed");
    assert_eq!(made.envelope().to().len(), 1);
    let back = read(&made.formatted()).expect("readable");
    assert_eq!(back.message_id.as_deref(), Some("b.k3v9x2m7q4t8w5z1.1@shop.example"));
    assert_eq!(back.refers_to, ["c@d", "a@b"]);
    assert_eq!((back.from.name.as_str(), back.to.len(), back.cc.len()), ("Ines, Lumen", 1, 0));
    assert_eq!(back.reply_to.expect("set").address, "support+k3v9x2m7q4t8w5z1@shop.example");
    assert!(back.text.starts_with("Grüße Maya"), "{}", back.text);
    assert_eq!((back.files[0].name.as_str(), &back.files[0].bytes[..]), ("Übersicht.pdf", &[0u8, 1, 255][..]));
    assert_eq!(back.nature, Nature::AutoReply);
    assert_eq!(back.loop_mark.as_deref(), Some("x1"));
    let wrong = Letter { to: vec![Mailbox { name: String::new(), address: "nobody".into() }], ..letter };
    assert!(compose(&wrong).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        drop(read(&bytes));
    }

    #[test]
    fn arbitrary_parts_are_survived(
        kind in "(text/(plain|html|calendar)|multipart/(mixed|report)|message/(rfc822|delivery-status))",
        words in "[ -~\r\n<>=;:&\"-]{0,400}",
        encoding in "(7bit|base64|quoted-printable|x)",
    ) {
        let raw = mail(&format!("Content-Type: {kind}; boundary=b\nContent-Transfer-Encoding: {encoding}"), &format!("--b\n{words}\n--b--"));
        drop(read(&raw));
    }

    #[test]
    fn arbitrary_html_is_survived(html in "(<|>|/|\"|'|=| |a|div|style|blockquote|&amp;|&|;|#|\u{e9}|\n|!--|class=gmail_quote|type=cite){0,80}") {
        super::html_text::to_text(&html);
    }

    #[test]
    fn no_text_is_lost_whole(text in "[ -~\n]{1,300}") {
        prop_assert_eq!(super::strip::visible(&text).is_empty(), text.trim().is_empty());
    }
}
