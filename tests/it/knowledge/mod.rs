//! What the AI knows, as admins and agents work with it: imports, trials, questions without an answer, proposals, opinions.

mod copilot;
mod editor;
mod imports;
mod reviews;
mod trial;
mod unanswered;
