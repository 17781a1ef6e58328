//! Mails about conversations. A person who is given one gets a mail with everything in it and may answer by replying; a customer who
//! left the chat gets a person's answer by mail, and may go on there.
//!
//! May not know email by name: it uses an account of a channel that has subjects, threads and addresses of the kind `email`.
//! Invariant: what an answer to a letter says counts only with the letter's token and from the address it went to.

mod answer;
mod send;
mod words;
mod write;
