//! Text or grid numbers in, WGS 84 out.
