//! The encoder against the package its weights come from, and against files and texts that nobody meant it to have.

#![expect(clippy::expect_used, reason = "a test stops where something is not as it must be")]

use std::sync::LazyLock;

use baton_encoder::{Encoder, EncoderError, Kernel, PIECES_MAX, Vector, WEIGHTS, shared};
use proptest::prelude::*;

static LINES: LazyLock<Vec<String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("lines.json")).expect("a list of lines"));
static REFERENCE: &[u8] = include_bytes!("reference.bin");

fn open(kernel: Kernel) -> Encoder {
    Encoder::open(WEIGHTS, kernel).expect("the weights are whole")
}

/// The file of weights with something done to it. It stays in memory, as weights do.
fn tampered(change: impl FnOnce(&mut Vec<u8>)) -> &'static [u8] {
    let mut weights = WEIGHTS.to_vec();
    change(&mut weights);
    weights.leak()
}

#[test]
fn vectors_are_those_of_the_package_on_every_kernel() {
    assert_eq!(REFERENCE.len(), LINES.len() * 1024);
    for kernel in Kernel::all() {
        let encoder = open(kernel);
        for (line, reference) in LINES.iter().zip(REFERENCE.as_chunks::<1024>().0) {
            let reference = reference.as_chunks().0.iter().map(|two| f32::from(i16::from_le_bytes(*two)) / 32_767.0);
            let vector = encoder.encode(line);
            let cosine: f32 = vector.as_slice().iter().zip(reference).map(|(one, two)| one * two).sum();
            assert!(cosine >= 0.9999, "{cosine} with {} for {line:?}", kernel.name());
            assert!((vector.cosine(&vector) - 1.0).abs() < 1e-5, "a vector has length one");
        }
    }
}

#[test]
fn the_same_text_has_the_same_vector() {
    let one = open(Kernel::best());
    for line in LINES.iter() {
        assert_eq!(one.encode(line), shared().expect("the weights are whole").encode(line));
    }
}

#[test]
fn the_same_question_in_two_languages_is_nearer_than_another_question() {
    let encoder = shared().expect("the weights are whole");
    let english = encoder.encode("How do I get my money back?");
    let german = encoder.encode("Wie bekomme ich mein Geld zurück?");
    let other = encoder.encode("Wie wird das Wetter morgen?");
    assert!(english.cosine(&german) > 0.7, "{}", english.cosine(&german));
    assert!(english.cosine(&other) < 0.3, "{}", english.cosine(&other));
}

#[test]
fn what_stands_after_the_last_piece_that_counts_changes_nothing() {
    let encoder = shared().expect("the weights are whole");
    let long = "parcel ".repeat(PIECES_MAX);
    assert_eq!(encoder.encode(&long), encoder.encode(&format!("{long} and a dog")));
    let longer = "x ".repeat(500_000);
    assert!(encoder.encode(&longer).cosine(&encoder.encode("x")) > 0.0);
}

#[test]
fn a_vector_survives_being_stored() {
    let vector = shared().expect("the weights are whole").encode("Where is my parcel?");
    assert_eq!(Vector::from_bytes(&vector.to_bytes()), Some(vector.clone()));
    assert_eq!(Vector::from_bytes(&vector.to_bytes()[1..]), None);
    assert_eq!(Vector::from_bytes(&[0; 2048]), None);
    assert_eq!(Vector::from_bytes(&[255; 2048]), None);
}

#[test]
fn the_mean_of_vectors_is_between_them() {
    let encoder = shared().expect("the weights are whole");
    let (one, two) = (encoder.encode("refund"), encoder.encode("delivery"));
    let mean = Vector::mean([&one, &two]).expect("they do not cancel out");
    assert!((mean.cosine(&one) - mean.cosine(&two)).abs() < 1e-5);
    assert!(mean.cosine(&one) > one.cosine(&two));
    assert_eq!(Vector::mean([]), None);
}

#[test]
fn weights_that_are_whole_pass_the_full_check() {
    assert_eq!(open(Kernel::best()).verify(), Ok(()));
}

#[test]
fn weights_that_are_not_whole_are_refused_with_words_that_say_what_to_do() {
    let error = |weights| Encoder::open(weights, Kernel::best()).map(drop).expect_err("refused");
    assert_eq!(error(b""), EncoderError::Foreign);
    assert_eq!(error(&[b'v'; 4096]), EncoderError::Foreign);
    assert_eq!(error(&WEIGHTS[..50]), EncoderError::Foreign);
    let expected = WEIGHTS.len();
    let found = expected - 1;
    assert_eq!(error(&WEIGHTS[..found]), EncoderError::Length { expected, found });
    assert_eq!(error(tampered(|weights| weights.push(0))), EncoderError::Length { expected, found: expected + 1 });
    assert_eq!(error(tampered(|weights| weights[8] = 2)), EncoderError::Version(2));
    assert_eq!(error(tampered(|weights| weights[20] ^= 1)), EncoderError::Damaged("head"));
    assert_eq!(error(tampered(|weights| weights[100] ^= 1)), EncoderError::Damaged("characters"));
    assert_eq!(error(tampered(|weights| weights[4_000_000] ^= 1)), EncoderError::Damaged("layers"));
    assert!(error(&WEIGHTS[..found]).to_string().contains("fetch models/weights/encoder.bin again"));
}

#[test]
fn a_damaged_table_is_found_by_the_full_check_and_panics_nowhere() {
    let weights = tampered(|weights| {
        let middle = weights.len() / 2;
        weights[middle..].fill(0xFF);
    });
    let encoder = Encoder::open(weights, Kernel::best()).expect("the table is checked apart");
    assert_eq!(encoder.verify(), Err(EncoderError::Damaged("table")));
    for line in LINES.iter() {
        encoder.encode(line);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_text_has_a_vector_of_length_one(text in any::<String>()) {
        let vector = shared().expect("the weights are whole").encode(&text);
        prop_assert!((vector.cosine(&vector) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn any_characters_have_a_vector_of_length_one(characters in proptest::collection::vec(any::<char>(), 0..200)) {
        let text: String = characters.into_iter().collect();
        let vector = shared().expect("the weights are whole").encode(&text);
        prop_assert!((vector.cosine(&vector) - 1.0).abs() < 1e-5);
    }
}
