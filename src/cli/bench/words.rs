//! Text that is rich enough to search in: a vocabulary made of stems, used as unevenly as people use words.

use super::random::Random;

const STEMS: &[&str] = &[
    "parcel",
    "order",
    "refund",
    "return",
    "invoice",
    "delivery",
    "address",
    "account",
    "password",
    "payment",
    "card",
    "voucher",
    "discount",
    "basket",
    "stock",
    "size",
    "colour",
    "jacket",
    "shoe",
    "lamp",
    "table",
    "chair",
    "kettle",
    "garden",
    "tent",
    "bicycle",
    "helmet",
    "battery",
    "charger",
    "cable",
    "screen",
    "phone",
    "tablet",
    "speaker",
    "camera",
    "printer",
    "paper",
    "ink",
    "coffee",
    "grinder",
    "filter",
    "oven",
    "fridge",
    "freezer",
    "washer",
    "dryer",
    "sofa",
    "pillow",
    "blanket",
    "curtain",
    "carpet",
    "mirror",
    "frame",
    "poster",
    "book",
    "novel",
    "atlas",
    "ticket",
    "train",
    "flight",
    "hotel",
    "booking",
    "transfer",
    "luggage",
    "passport",
    "visa",
    "insurance",
    "claim",
    "damage",
    "repair",
    "warranty",
    "engine",
    "brake",
    "tyre",
    "window",
    "door",
    "lock",
    "key",
    "alarm",
    "heater",
    "pump",
    "valve",
    "pipe",
    "tap",
    "bath",
    "tile",
    "paint",
    "brush",
    "ladder",
    "hammer",
    "drill",
    "screw",
    "bolt",
    "glue",
    "tape",
    "rope",
    "bag",
    "purse",
    "wallet",
    "watch",
    "ring",
    "necklace",
    "scarf",
    "glove",
    "boot",
    "sock",
    "shirt",
    "dress",
    "skirt",
    "trouser",
    "belt",
    "button",
    "zip",
    "pocket",
    "collar",
    "sleeve",
    "fabric",
    "cotton",
    "wool",
    "silk",
    "leather",
    "rubber",
    "plastic",
    "metal",
    "steel",
    "copper",
    "silver",
    "gold",
    "glass",
    "stone",
    "brick",
    "timber",
    "plant",
    "seed",
    "soil",
    "spade",
    "hose",
    "mower",
    "fence",
    "gate",
    "shed",
    "bench",
    "grill",
    "charcoal",
    "candle",
    "lantern",
    "torch",
    "radio",
    "record",
    "guitar",
    "piano",
    "violin",
    "drum",
    "flute",
    "ball",
    "racket",
    "net",
    "goal",
    "skate",
    "sledge",
    "kayak",
    "paddle",
    "anchor",
    "sail",
    "harbour",
    "bridge",
    "tunnel",
    "street",
    "corner",
    "market",
    "bakery",
    "bread",
    "butter",
    "cheese",
    "honey",
    "apple",
    "pear",
    "cherry",
    "lemon",
    "carrot",
    "onion",
    "pepper",
    "salt",
    "sugar",
    "flour",
    "rice",
    "pasta",
    "soup",
    "sauce",
    "spice",
    "tea",
    "juice",
    "water",
    "bottle",
];

const ENDINGS: &[&str] = &["", "s", "ed", "ing", "er", "less", "like", "box", "side", "shop"];

const SMALL: &[&str] = &[
    "the",
    "my",
    "is",
    "it",
    "to",
    "and",
    "a",
    "not",
    "I",
    "you",
    "please",
    "when",
    "for",
    "was",
    "in",
    "have",
    "can",
    "with",
    "of",
    "still",
    "but",
    "on",
    "this",
    "that",
    "yesterday",
    "today",
    "again",
    "thanks",
    "hello",
    "where",
];

/// Every other word is a small one.
const SMALL_SHARE: f64 = 45.0;
/// How much oftener the frequent words are used than the rare ones: the exponent that bends an even draw.
const BEND: f64 = 2.5;

const NAMES: &[&str] = &[
    "Maya", "Jonas", "Aylin", "Piotr", "Lena", "Sam", "Noor", "Mateo", "Freya", "Kofi", "Yuki", "Elif", "Tom", "Amara",
    "Nils", "Rosa",
];
const FAMILIES: &[&str] = &[
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Kowalski",
    "Tanaka",
    "Demir",
    "Berger",
    "Rossi",
    "Novak",
    "Haddad",
    "Silva",
    "Walsh",
];

/// How many words there are, the small ones left out.
pub(super) const fn count() -> usize {
    STEMS.len() * ENDINGS.len()
}

/// One word of the vocabulary, the frequent ones oftener.
pub(super) fn word(random: &mut Random) -> String {
    let place = (random.unit().powf(BEND) * count() as f64) as usize;
    format!("{}{}", STEMS[place % STEMS.len()], ENDINGS[(place / STEMS.len()) % ENDINGS.len()])
}

/// A message of so many words.
pub(super) fn sentence(random: &mut Random, words: usize) -> String {
    let mut text = String::with_capacity(words * 7);
    for place in 0..words {
        if place > 0 {
            text.push(' ');
        }
        if random.percent(SMALL_SHARE) {
            text.push_str(SMALL[random.below(SMALL.len())]);
        } else {
            text.push_str(&word(random));
        }
    }
    text
}

/// Somebody's name.
pub(super) fn name(random: &mut Random) -> String {
    let (first, family) = (random.pick(NAMES), random.pick(FAMILIES));
    format!("{} {}", first.unwrap_or(&"Maya"), family.unwrap_or(&"Okafor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_says_the_same_and_frequent_words_come_oftener() {
        let say = || sentence(&mut Random::new(7), 40);
        assert_eq!(say(), say());
        let mut random = Random::new(1);
        let drawn: Vec<String> = (0..4_000).map(|_| word(&mut random)).collect();
        let of = |wanted: &str| drawn.iter().filter(|word| *word == wanted).count();
        assert!(of("parcel") > 20 * of("bottleshop").max(1));
        assert!(count() >= 1_500, "{}", count());
    }
}
