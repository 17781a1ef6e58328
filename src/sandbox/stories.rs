//! The demo's conversations: every state, every kind of channel.

use baton_adapters::contract::ChannelKind::{Email, PhoneVoice, Slack, Sms, Web, Whatsapp};

use crate::handoff::conversation::Outcome::{Resolved, Unresolved};

use super::story::Cast::{Ines, Lena, Omar};
use super::story::Story;
use super::story::Turn::{
    Ai, Button, Customer, HandBack, HandOff, Note, Person, Rate, Resolve, Snooze, TakeOver, Team,
};
use super::story::Why::{Angry, Asked, Topic, Unknown};

/// The mails among them: who wrote, about what, and with a copy to whom.
pub(super) const HEADS: [(&str, &str, &[&str]); 3] = [
    ("tomasz@example.com", "Invoice for order 20318", &[]),
    ("olivier@example.com", "Variateur qui grésille", &[]),
    ("hannah@example.com", "Money back for order 20544", &["anton@example.com"]),
];

/// Every conversation, oldest first.
pub(super) const STORIES: &[Story] = &[
    Story {
        channel: Email,
        name: "Tomasz",
        address: "tomasz@example.com",
        language: "en",
        began_minutes_ago: 3 * 1440,
        lines: &[
            (
                0,
                Customer(
                    "Hello, I would like an invoice with my company's VAT number for order 20318. Can you send it again?",
                ),
            ),
            (1, HandOff(Unknown("No article says how an invoice is changed"))),
            (52, TakeOver(Omar)),
            (
                4,
                Person(
                    Omar,
                    "Hello Tomasz, of course. I have added the VAT number, and the new invoice is on its way to this address.",
                ),
            ),
            (95, Customer("Got it, thank you!")),
            (6, Resolve(Omar, Resolved)),
        ],
    },
    Story {
        channel: Sms,
        name: "Grace",
        address: "+15550100112",
        language: "en",
        began_minutes_ago: 2 * 1440 + 300,
        lines: &[
            (0, Customer("do you deliver to norway?")),
            (
                1,
                Ai(
                    "We deliver to all countries of the European Union, Switzerland and Norway. Delivery outside Germany takes 2 to 3 days longer.",
                    Some("Delivery times and cost"),
                ),
            ),
            (3, Customer("great thx")),
            (1, Ai("You are welcome. Is there anything else I can help you with?", None)),
            (700, Resolve(Lena, Resolved)),
        ],
    },
    Story {
        channel: Slack,
        name: "Priya",
        address: "U0DEMO7",
        language: "en",
        began_minutes_ago: 1440 + 400,
        lines: &[
            (0, Customer("We are fitting out a studio and need 24 desk lamps. Is there a price for larger orders?")),
            (1, HandOff(Topic("prices for companies"))),
            (18, TakeOver(Ines)),
            (3, Note(Ines, "Studio in Leipzig, bought 6 lamps in spring. I have asked purchasing for a quote.")),
            (
                2,
                Person(
                    Ines,
                    "Hi Priya, from 20 lamps we can offer you a better price. I will have a written quote for you by tomorrow noon.",
                ),
            ),
            (5, Customer("Perfect, tomorrow is fine.")),
            (2, Snooze(Ines, 48)),
        ],
    },
    Story {
        channel: Whatsapp,
        name: "Lucía",
        address: "+34600000101",
        language: "es",
        began_minutes_ago: 1440 + 90,
        lines: &[
            (0, Customer("Hola, la lámpara que me ha llegado tiene el cristal roto. ¿Qué hago?")),
            (1, HandOff(Unknown("A damaged item needs a person to decide between a replacement and a refund"))),
            (9, TakeOver(Lena)),
            (
                2,
                Person(
                    Lena,
                    "Hola Lucía, lo siento mucho. Te enviamos un cristal nuevo hoy mismo, sin coste. No hace falta que devuelvas nada.",
                ),
            ),
            (4, Customer("¡Qué rápido! Muchas gracias")),
            (3, Resolve(Lena, Resolved)),
            (20, Rate(5, "Muy amables y rapidísimos.")),
        ],
    },
    Story {
        channel: Web,
        name: "Noah",
        address: "noah",
        language: "en",
        began_minutes_ago: 1200,
        lines: &[
            (0, Customer("Can I still cancel an order from this morning?")),
            (
                1,
                Ai(
                    "You can change or cancel an order until it is packed. Lamps and small items in stock leave our warehouse within one working day.",
                    Some("Changing or cancelling an order"),
                ),
            ),
            (2, Customer("it says packed already")),
            (1, HandOff(Unknown("The order is packed, and only a person can stop a parcel"))),
            (
                30,
                Person(
                    Omar,
                    "Hi Noah, I caught it just in time: the order is cancelled and the money is on its way back.",
                ),
            ),
            (5, Customer("wow, thank you Omar")),
            (1, HandBack(Omar)),
            (4, Customer("one more thing, when are you open on saturday?")),
            (1, Ai("On Saturday the showroom is open from 10:00 to 16:00.", Some("Opening hours"))),
        ],
    },
    Story {
        channel: PhoneVoice,
        name: "Margit",
        address: "+4915550100145",
        language: "de",
        began_minutes_ago: 400,
        lines: &[
            (0, Customer("Guten Tag, ich habe vor drei Wochen einen Esstisch bestellt. Wann kommt er denn?")),
            (
                1,
                Ai(
                    "Tische auf Bestellung brauchen 5 bis 6 Wochen. Die genaue Woche steht in Ihrer Auftragsbestätigung.",
                    Some("Delivery times and cost"),
                ),
            ),
            (1, Customer("Ich möchte bitte mit einem Menschen sprechen.")),
            (0, HandOff(Asked("mit einem Menschen sprechen"))),
            (2, TakeOver(Lena)),
            (6, Note(Lena, "Called back. Delivery is in calendar week 49, she is happy with that.")),
            (1, Resolve(Lena, Resolved)),
        ],
    },
    Story {
        channel: Email,
        name: "Olivier",
        address: "olivier@example.com",
        language: "fr",
        began_minutes_ago: 310,
        lines: &[
            (
                0,
                Customer(
                    "Bonjour, le variateur de ma lampe de bureau grésille dès que je baisse la lumière. Est-ce normal ?",
                ),
            ),
            (1, HandOff(Unknown("No article in French covers a humming dimmer"))),
            (12, Team(Ines)),
            (40, TakeOver(Omar)),
            (
                5,
                Person(
                    Omar,
                    "Bonjour Olivier, un léger bruit vient souvent de l’ampoule. Pourriez-vous essayer avec une autre ampoule compatible et me dire si le bruit reste ?",
                ),
            ),
        ],
    },
    Story {
        channel: Web,
        name: "",
        address: "visitor-1",
        language: "en",
        began_minutes_ago: 120,
        lines: &[
            (0, Customer("where is your showroom")),
            (
                1,
                Ai(
                    "Our showroom is at Lindenhof 12, Leipzig, five minutes on foot from the main station.",
                    Some("Contact and showroom"),
                ),
            ),
            (1, Customer("ok is there parking")),
            (
                1,
                Ai(
                    "Two parking spaces for loading are in the courtyard; a car park is across the street.",
                    Some("Contact and showroom"),
                ),
            ),
        ],
    },
    Story {
        channel: Sms,
        name: "Dimitri",
        address: "+15550100177",
        language: "en",
        began_minutes_ago: 64,
        lines: &[
            (0, Customer("My parcel was supposed to be here on Tuesday.")),
            (
                1,
                Ai(
                    "You can see where a parcel is with the link in the shipping message. If it has not moved for 3 working days, we ask the carrier for you.",
                    Some("Tracking an order"),
                ),
            ),
            (2, Customer("I KNOW. it has not moved for a WEEK. you told me the same thing yesterday")),
            (1, Ai("Could you tell me the order number?", None)),
            (1, Customer("this is ridiculous, third time I am asking. useless bot")),
            (1, HandOff(Angry("this is ridiculous, third time I am asking"))),
            (22, TakeOver(Ines)),
            (
                2,
                Person(
                    Ines,
                    "Dimitri, this is Ines, a person. I am sorry. I have the carrier on the phone right now and will write to you within the hour.",
                ),
            ),
            (3, Customer("ok. finally")),
        ],
    },
    Story {
        channel: Whatsapp,
        name: "Amara",
        address: "+2348000000123",
        language: "en",
        began_minutes_ago: 41,
        lines: &[
            (0, Customer("Hi! Do the oak tables need any special care?")),
            (
                1,
                Ai(
                    "Wipe oak with a damp cloth and dry it at once. Oil it twice a year with a plant-based hard wax oil.",
                    Some("Caring for oak"),
                ),
            ),
            (2, Customer("And red wine stains?? asking for a friend :)")),
            (
                1,
                Ai(
                    "Wipe a stain off within a few minutes. A mark that stays can be sanded lightly along the grain and oiled again.",
                    Some("Caring for oak"),
                ),
            ),
            (1, Customer("You saved my evening, thank you!")),
            (1, Ai("You are welcome. Enjoy your evening!", None)),
        ],
    },
    Story {
        channel: Email,
        name: "Hannah",
        address: "hannah@example.com",
        language: "en",
        began_minutes_ago: 26,
        lines: &[
            (
                0,
                Customer(
                    "I would like my money back for the floor lamp from order 20544. It is far too bright for our living room and I sent it back two weeks ago.",
                ),
            ),
            (1, HandOff(Topic("refund requests"))),
        ],
    },
    Story {
        channel: Web,
        name: "Kenji",
        address: "kenji",
        language: "ja",
        began_minutes_ago: 11,
        lines: &[
            (0, Customer("注文した照明がまだ届きません。担当の方とお話しできますか？")),
            (0, HandOff(Asked("担当の方とお話しできますか"))),
        ],
    },
    Story {
        channel: Web,
        name: "Fatima",
        address: "fatima",
        language: "ar",
        began_minutes_ago: 7,
        lines: &[(0, Customer("مرحبا، هل يمكنني الدفع عند الاستلام؟")), (1, Button), (1, Customer("أنا في انتظار الرد"))],
    },
    Story {
        channel: Slack,
        name: "Jonas",
        address: "U0DEMO9",
        language: "en",
        began_minutes_ago: 5,
        lines: &[
            (0, Customer("Is the Halo pendant dimmable?")),
            (
                1,
                Ai(
                    "All our LED lamps can be dimmed with a trailing-edge dimmer. Bulbs marked with a sun can be dimmed as well.",
                    Some("Bulbs and dimming"),
                ),
            ),
        ],
    },
    Story {
        channel: PhoneVoice,
        name: "",
        address: "+15550100190",
        language: "en",
        began_minutes_ago: 900,
        lines: &[
            (0, Customer("Hello? I think I have the wrong number.")),
            (0, Ai("This is Lumen & Oak, a lamp and furniture shop. How can I help you?", None)),
            (1, Resolve(Lena, Unresolved)),
        ],
    },
];
