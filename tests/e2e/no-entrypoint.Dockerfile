# An image that says nothing of what to start.
FROM scratch
COPY . /app
