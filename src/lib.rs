pub mod crs;
