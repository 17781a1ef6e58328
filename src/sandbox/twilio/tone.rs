//! The sound of a recording: a short tone, as a WAV file, made where it is asked for.

/// Samples a second, as on the phone.
const RATE: u32 = 8_000;
/// Length of a half wave, in samples: a low, quiet hum.
const HALF_WAVE: u32 = 18;
/// How far the hum goes from the middle, of 127.
const LOUDNESS: u8 = 24;

/// A tone of so many seconds.
pub(super) fn tone(seconds: u32) -> Vec<u8> {
    let samples = RATE * seconds;
    let mut file = Vec::with_capacity(44 + samples as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + samples).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    for number in [16, 1 | 1 << 16, RATE, RATE, 1 | 8 << 16] {
        file.extend_from_slice(&number.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&samples.to_le_bytes());
    let up = |at: u32| (at / HALF_WAVE).is_multiple_of(2);
    file.extend((0..samples).map(|at| if up(at) { 128 + LOUDNESS } else { 128 - LOUDNESS }));
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_a_sound_file() {
        let file = tone(1);
        assert_eq!(infer::get(&file).map(|kind| kind.mime_type()), Some("audio/x-wav"));
        assert_eq!(file.len(), 44 + 8_000);
    }
}
