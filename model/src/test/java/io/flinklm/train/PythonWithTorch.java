package io.flinklm.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Python that has PyTorch.
 *
 * @param program that starts it
 */
record PythonWithTorch(String program) {
  /** Why a test that needs it is skipped. */
  static final String MISSING =
      "python3 has no torch (Debian: apt-get install python3-torch); nothing is compared";

  // Debian's torch belongs to Debian's Python, also where another one is the first on the path.
  static Optional<PythonWithTorch> find() throws InterruptedException {
    for (String program : List.of("python3", "/usr/bin/python3")) {
      PythonWithTorch python = new PythonWithTorch(program);
      try {
        python.run(List.of("-c", "import torch"));
        return Optional.of(python);
      } catch (IOException e) {
        // There is no such program, or it has no torch.
      }
    }
    return Optional.empty();
  }

  /** Runs it to its end and gives what it said. */
  String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed: " + said);
    }
    return said;
  }
}
