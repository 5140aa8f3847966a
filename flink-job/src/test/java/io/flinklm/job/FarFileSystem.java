package io.flinklm.job;

import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.BlockLocation;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * A file system ({@code far:}) that lies on this disk and says that it does not. It moves no
 * directory, as an object store moves none.
 */
public final class FarFileSystem extends FileSystem {
  private final FileSystem disk = new LocalFileSystem();

  /** Found by Flink through the services of the test resources. */
  public static final class Factory implements FileSystemFactory {
    @Override
    public String getScheme() {
      return "far";
    }

    @Override
    public FileSystem create(URI uri) {
      return new FarFileSystem();
    }
  }

  private static Path near(Path path) {
    return new Path(path.getPath());
  }

  @Override
  public boolean isDistributedFS() {
    return true;
  }

  @Override
  public Path getWorkingDirectory() {
    return disk.getWorkingDirectory();
  }

  @Override
  public Path getHomeDirectory() {
    return disk.getHomeDirectory();
  }

  @Override
  public URI getUri() {
    return URI.create("far:/");
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return disk.getFileStatus(near(path));
  }

  @Override
  public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length)
      throws IOException {
    return disk.getFileBlockLocations(file, start, length);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return disk.open(near(path), bufferSize);
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    return disk.open(near(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return disk.listStatus(near(path));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return disk.delete(near(path), recursive);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    return disk.mkdirs(near(path));
  }

  @Override
  public FSDataOutputStream create(Path path, WriteMode mode) throws IOException {
    return disk.create(near(path), mode);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (getFileStatus(from).isDir()) {
      throw new IOException(from + " is no object");
    }
    return disk.rename(near(from), near(to));
  }
}
