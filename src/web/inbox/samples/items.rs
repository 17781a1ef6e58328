//! Timeline lines in every state.

use crate::web::html::SafeHtml;
use crate::web::icon::Icon;
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::item::{Attachment, Confidence, Delivery, Entry, Item, Message, Source, Voice};
use crate::web::moment::Moment;
use crate::web::samples::{HOSTILE, minutes_ago};

fn item(seq: i64, entry: Entry) -> Item {
    Item {
        seq,
        number: 1042,
        at: Moment::clock(minutes_ago(60 - seq)),
        starts_day: None,
        starts_unread: false,
        entry,
        csrf: "sample-token".to_owned(),
    }
}

fn event(seq: i64, icon: Icon, words: &str) -> Item {
    item(seq, Entry::Event(icon, words.to_owned()))
}

fn message(voice: Voice, author: &str, body: &str) -> Message {
    let delivery = match voice {
        Voice::Customer | Voice::Note => None,
        _ => Some(Delivery::Delivered),
    };
    Message {
        id: "018f2c".to_owned(),
        voice,
        author: author.to_owned(),
        initials: author.chars().take(1).collect(),
        subject: None,
        cc: Vec::new(),
        original: None,
        cut_off: false,
        body: SafeHtml::from_cleaned(body.to_owned()),
        attachments: vec![],
        delivery,
        via: None,
    }
}

fn said(seq: i64, message: Message) -> Item {
    item(seq, Entry::Message(Box::new(message)))
}

fn maya(seq: i64, body: &str) -> Item {
    said(seq, message(Voice::Customer, "Maya Lindqvist", body))
}

fn ai(seq: i64, body: &str, sources: Vec<Source>, confidence: u8) -> Item {
    said(seq, message(Voice::Ai { sources, confidence: Some(Confidence(confidence)) }, "AI assistant", body))
}

fn ines(seq: i64, body: &str, delivery: Delivery) -> Item {
    said(seq, Message { delivery: Some(delivery), ..message(Voice::Agent, "Ines", body) })
}

pub(super) fn sources() -> Vec<Source> {
    vec![
        Source { title: "Tightening a brake lever".to_owned(), url: "/settings/knowledge/7".to_owned() },
        Source { title: "Warranty: what is covered".to_owned(), url: "/settings/knowledge/9".to_owned() },
    ]
}

fn files() -> Vec<Attachment> {
    vec![
        Attachment {
            name: "brake lever.jpg".to_owned(),
            url: "/attachments/1".to_owned(),
            size: "84 kB".to_owned(),
            preview: Some("/static/sample.svg".to_owned()),
            sound: false,
        },
        Attachment {
            name: "voicemail.mp3".to_owned(),
            url: "/attachments/3".to_owned(),
            size: "56 kB".to_owned(),
            preview: None,
            sound: true,
        },
        Attachment {
            name: "invoice-2026-0417-with-a-rather-long-name-that-must-not-break-the-page.pdf".to_owned(),
            url: "/attachments/2".to_owned(),
            size: "1.2 MB".to_owned(),
            preview: None,
            sound: false,
        },
    ]
}

/// The conversation up to the handoff.
pub(super) fn before_handoff() -> Vec<Item> {
    let with_files = Message {
        attachments: files(),
        ..message(
            Voice::Customer,
            "Maya Lindqvist",
            "<p>That did not help, I did this last week already. Here is a picture.</p>",
        )
    };
    let notice = message(
        Voice::Notice,
        "Baton",
        "<p>I am passing you on to a colleague, who can see everything you wrote. Somebody answers within ten minutes.</p>",
    );
    vec![
        Item {
            starts_day: Some("Saturday, 21 November".to_owned()),
            ..event(1, Icon::Chat, "Conversation started on Shop chat")
        },
        maya(2, "<p>Hi! The brake lever on my Fjord 3 came loose. What can I do?</p>"),
        ai(
            3,
            "<p>Sorry to hear that. A loose lever is usually the <strong>clamp bolt</strong>:</p><ol><li>Push the lever to where your fingers rest.</li><li>Tighten the bolt with a 5 mm key until it no longer turns.</li><li>Pull the brake hard ten times and check again.</li></ol><p>Please do not ride before it holds.</p>",
            sources(),
            86,
        ),
        said(4, with_files),
        Item {
            starts_day: Some("Today".to_owned()),
            ..ai(5, "<p>Thank you for the picture. Could you tell me whether the bolt turns freely?</p>", vec![], 41)
        },
        maya(6, "<p>Can I please talk to a person? The brake lever came loose <em>again</em>.</p>"),
        event(7, Icon::Handoff, "The AI handed this conversation off: asked for a person"),
        said(8, notice),
    ]
}

/// The same after Ines took it.
pub(super) fn after_handoff() -> Vec<Item> {
    let mut items = before_handoff();
    items.extend([
        event(9, Icon::User, "Ines took over"),
        said(10, message(Voice::Note, "Ines", "<p>Third report of this lever this month. Ask the workshop whether batch 44 is affected.</p>")),
        ines(11, "<p>Hello Maya, I am Ines from the workshop team. I have your picture here: the clamp is cracked, so no amount of tightening will hold it. I am sending you a new one today, free of charge.</p>", Delivery::Read),
        Item { starts_unread: true, ..maya(12, "<p>Oh, that is great, thank you! Do I have to send the old one back?</p>") },
        ines(13, "<p>No, keep it or recycle it.</p>", Delivery::Failed("the provider did not accept it (window closed)".to_owned())),
        ines(14, "<p>Is your address still the one on the invoice?</p>", Delivery::Unknown("the connection broke while sending".to_owned())),
        said(15, Message { delivery: Some(Delivery::Discarded("a person had taken over".to_owned())), ..message(Voice::Ai { sources: vec![], confidence: None }, "AI assistant", "<p>You can send it back within 30 days.</p>") }),
        ines(16, "<p>See you soon.</p>", Delivery::Queued),
    ]);
    items
}

/// What no layout likes.
pub(super) fn difficult() -> Vec<Item> {
    let long = format!("<p>{}</p>", "Every word of this message matters to somebody. ".repeat(210));
    let unbroken = format!("<p>{}</p>", "https://shop.example/".to_owned() + &"a".repeat(400));
    let arabic = "<p>مرحبا، وصل الطلب متأخرا جدا وكان الصندوق مفتوحا. أريد استرداد المبلغ من فضلكم.</p><ul><li>رقم الطلب 1042</li><li>دفعت ببطاقة</li></ul>";
    let markup = "<h2>Order</h2><p>As <code>inline</code> and <a href=\"https://shop.example\">a link</a>:</p><pre><code>GET /orders/1042 HTTP/1.1\nAccept: application/json</code></pre><blockquote><p>Quoted before</p></blockquote><table><thead><tr><th>Part</th><th>Price</th></tr></thead><tbody><tr><td>Lever</td><td>12.00</td></tr></tbody></table>";
    vec![
        Item { starts_day: Some("Today".to_owned()), ..maya(20, &long) },
        maya(21, &unbroken),
        said(22, message(Voice::Customer, "ليلى حداد", arabic)),
        ines(23, arabic, Delivery::Sending),
        said(
            24,
            Message {
                via: Some(ChannelKind::Email),
                subject: Some(
                    "Re: Your order 1042 and everything that went wrong with it since last spring".to_owned(),
                ),
                ..message(Voice::Customer, "Maya Lindqvist", markup)
            },
        ),
        said(
            25,
            Message {
                author: HOSTILE.to_owned(),
                initials: HOSTILE.to_owned(),
                subject: Some(HOSTILE.to_owned()),
                ..message(Voice::Customer, "", "<p>harmless</p>")
            },
        ),
        said(26, Message { body: SafeHtml::default(), attachments: files(), ..message(Voice::Agent, "Ines", "") }),
        event(27, Icon::Sparkle, HOSTILE),
    ]
}

impl Item {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let mut items = after_handoff();
        items.extend(difficult());
        items.into_iter().map(|item| ("partial-item", item)).collect()
    }
}
