//! The catalogue of every sentence shown to anyone, in Chinese and English, and the writing of dates and
//! numbers in both. No I/O: the texts of `i18n/` are compiled in.
