package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PyTorchDocumentTest {
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void showsTheReaderAsItIs() throws IOException {
    String source = Files.readString(DOCS.resolve("pytorch").resolve("reader.py"));
    String reader = source.substring(source.indexOf("def read"), source.indexOf("\n\n\nif __name"));

    assertThat(Files.readString(DOCS.resolve("pytorch.md"))).contains(reader);
  }
}
