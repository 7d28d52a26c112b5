fn main() -> std::process::ExitCode {
    giapranh::cli::main()
}
