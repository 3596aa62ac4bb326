// Starts hawser.
int main() {
  return 0;
}
