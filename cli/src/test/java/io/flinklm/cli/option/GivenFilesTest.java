package io.flinklm.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.text.Corpus;
import io.flinklm.text.CorpusFiles;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.text.TokenizerKind;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenFilesTest {
  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();

  private List<Path> files(Path... given) {
    return new GivenFiles(folder, said::add).of(List.of(given));
  }

  private Path write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void aDirectoryIsItsFilesByName() throws Exception {
    Path second = write("text/b.txt", "two ");
    Path first = write("text/a.txt", "one ");
    write("text/.hidden", "none");
    write("text/deeper/c.txt", "none");
    Path alone = write("alone.txt", "three");

    List<Path> files = files(folder.resolve("text"), alone);

    assertThat(files).containsExactly(first, second, alone);
    assertThat(said).containsExactly("Text of 2 files in " + folder.resolve("text"));
    Corpus corpus =
        Corpus.read(
            new CorpusFiles(files, folder, notice -> {}),
            TokenizerChoice.of(TokenizerKind.CHARACTERS));
    assertThat(corpus.text(0, corpus.size())).isEqualTo("one two three");
  }

  @Test
  void anEmptyDirectoryIsAMistake() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> files(empty))
        .isInstanceOf(UserMistake.class)
        .hasMessage("the corpus " + empty + " is a directory without files; give one with text");
  }

  @Test
  void anEmptyFileAmongOthersIsNamed() throws Exception {
    Path empty = write("empty.txt", "");
    Path full = write("full.txt", "text");
    List<String> notices = new ArrayList<>();
    Corpus corpus =
        Corpus.read(
            new CorpusFiles(List.of(empty, full), folder, notices::add),
            TokenizerChoice.of(TokenizerKind.CHARACTERS));
    assertThat(corpus.size()).isEqualTo(4);
    assertThat(notices).containsExactly("the corpus " + empty + " is empty");
  }

  @Test
  void standardInputIsKeptInAFile() throws Exception {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("from a pipe".getBytes(StandardCharsets.UTF_8)));
    try {
      List<Path> files = files(Path.of("-"));
      assertThat(files).hasSize(1);
      assertThat(files.get(0).getParent()).isEqualTo(folder);
      assertThat(Files.readString(files.get(0))).isEqualTo("from a pipe");
      assertThat(said).containsExactly("The text of standard input is kept in " + files.get(0));
    } finally {
      System.setIn(before);
    }
  }
}
