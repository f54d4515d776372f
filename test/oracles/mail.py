"""Reads mails named on standard input, a path per line, with Python's own email package; prints what it found as JSON."""
import email, email.policy, json, sys
from email.utils import getaddresses

def names(part, top=True):
    """File names of a mail's parts; what lies within a nested mail is not this one's."""
    if part.get_content_type() == 'message/rfc822' and not top:
        yield part.get_filename()
    elif part.is_multipart():
        for one in part.iter_parts() if hasattr(part, 'iter_parts') else part.get_payload():
            yield from names(one, False)
    else:
        yield part.get_filename()

def read(path):
    with open(path, 'rb') as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    try:
        sender = getaddresses([str(mail.get('From', ''))])
        return {'from': sender[0][1].lower() if sender else '', 'subject': str(mail.get('Subject', '')), 'names': [name for name in names(mail) if name]}
    except Exception as error:
        return {'error': str(error)}

print(json.dumps([read(path) for path in sys.stdin.read().split('\n') if path]))
